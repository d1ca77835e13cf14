{# A crosswalk from what sources say to one of our vocabularies, as the seeds `<target>_crosswalk` and `<target>_crosswalk_local` have it.
   What a board says of a code stands in the place of all that the national rows say of it. `none` is said on purpose. #}
{% macro crosswalk(target) -%}
    select
        national.scheme,
        national.code,
        national.match,
        national.{{ target }}_code as target_code,
        national.weight,
        national.confidence,
        national.version
    from {{ ref(target ~ '_crosswalk') }} as national
    where
        not exists (
            select 1
            from {{ ref(target ~ '_crosswalk_local') }} as ours
            where ours.scheme = national.scheme and ours.code = national.code and ours.match = national.match
        )

    union all

    select
        ours.scheme,
        ours.code,
        ours.match,
        ours.{{ target }}_code as target_code,
        ours.weight,
        ours.confidence,
        ours.version
    from {{ ref(target ~ '_crosswalk_local') }} as ours
{%- endmacro %}


{# What each of the codes in the relation `codes` (scheme, code: each once) is of a target, by the relation `rows`, which is a crosswalk.
   A row that names the whole code goes before rows whose words it holds, and of those that it holds the longer goes before one that is
   part of it: a community hospital is no hospital. Codes are words in small letters. #}
{% macro crosswalked(codes, rows) -%}
    select distinct on (fits.scheme, fits.code, fits.target_code)
        fits.scheme,
        fits.code,
        fits.target_code,
        fits.match,
        fits.weight,
        fits.confidence,
        fits.version
    from (
        select
            codes.scheme,
            codes.code,
            known.code as known_code,
            known.match,
            known.target_code,
            known.weight,
            known.confidence,
            known.version,
            bool_or(known.match = 'is') over (partition by codes.scheme, codes.code) as is_named,
            array_agg(known.code) over (partition by codes.scheme, codes.code) as known_codes
        from {{ codes }} as codes
        inner join {{ rows }} as known
            on
                codes.scheme = known.scheme
                and case known.match when 'is' then codes.code = known.code else codes.code ~ ('\m' || known.code || '\M') end
    ) as fits
    where
        case
            when fits.is_named then fits.match = 'is'
            else not exists (
                select 1
                from unnest(fits.known_codes) as longer (code)
                where length(longer.code) > length(fits.known_code) and position(fits.known_code in longer.code) > 0
            )
        end
    order by fits.scheme asc, fits.code asc, fits.target_code asc, fits.confidence desc, fits.weight desc
{%- endmacro %}


{# What marts show of each of the codes in the relation `codes` (scheme, code: each once). A code of a vocabulary is shown as it is. What a
   sender may write as it likes is shown in words that a crosswalk has: the whole where a row names it, else those that it holds, the
   longest first and without those that are part of a longer one. What no crosswalk knows is a mark: it may be anybody's words. #}
{% macro shown_codes(codes) -%}
    select
        codes.scheme,
        codes.code,
        case
            when scheme.worded_by = 'vocabulary' or known.is_named then codes.code
            else coalesce(known.held, 'unknown ' || {{ code_mark('codes.code') }})
        end as shown
    from {{ codes }} as codes
    left join {{ ref('voice_scheme') }} as scheme on codes.scheme = scheme.scheme
    cross join lateral (
        select
            bool_or(fits.match = 'is') as is_named,
            string_agg(fits.code, ', ' order by length(fits.code) desc, fits.code asc) filter (where not fits.is_part) as held
        from (
            select
                words.code,
                words.match,
                exists (
                    select 1
                    from crosswalk_words as longer
                    where
                        longer.scheme = words.scheme
                        and longer.match = 'holds'
                        and codes.code ~ ('\m' || longer.code || '\M')
                        and length(longer.code) > length(words.code)
                        and position(words.code in longer.code) > 0
                ) as is_part
            from crosswalk_words as words
            where
                words.scheme = codes.scheme
                and case words.match when 'is' then codes.code = words.code else codes.code ~ ('\m' || words.code || '\M') end
        ) as fits
    ) as known
{%- endmacro %}


{# Every word that a crosswalk has for a scheme, whatever it leads to: what `shown_codes` reads as `crosswalk_words`. #}
{% macro crosswalk_words() -%}
    select
        scheme,
        code,
        match
    from {{ ref('int_crosswalk') }}
    union
    select
        scheme,
        code,
        match
    from {{ ref('int_theme_crosswalk') }}
{%- endmacro %}


{# The same for the same words, and not to be read back: who may read staging finds the words by it. #}
{% macro code_mark(code) -%}
    left(md5({{ code }}), 12)
{%- endmacro %}


{# Which measures are about which touchpoints, interfaces or pathways. #}
{% macro measures_along(target, crosswalk_model, condition='true') -%}
with measures as (
    select
        'measure' as scheme,
        measure_code as code
    from {{ ref('dim_measure') }}
),

known as (
    select * from {{ ref(crosswalk_model) }}
    where {{ condition }}
),

found as (
    {{ crosswalked('measures', 'known') }}
)

select
    code as measure_code,
    target_code as {{ target }}_code,
    weight,
    confidence,
    version
from found
where target_code <> 'none'
{%- endmacro %}
