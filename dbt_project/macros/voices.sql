{# What staging models of voices have in common: everything that somebody told us comes out in one shape, whatever it came in. #}

{# How long a text is and where it is kept. The text itself goes no further than staging. #}
{% macro text_kept(text, source_name, model) -%}
    coalesce(length(btrim({{ text }})), 0) as text_length,
    case when length(btrim({{ text }})) > 0 then 'staging.stg_{{ source_name }}__{{ model }}.text' end as text_kept_in
{%- endmacro %}


{# The calendar month of a day, as a period. A voice's period is the month in which it was heard: exports may cover a year. #}
{% macro month_around(day) -%}
    date_trunc('month', {{ day }})::date as period_start,
    (date_trunc('month', {{ day }}) + interval '1 month' - interval '1 day')::date as period_end
{%- endmacro %}


{# A native code as the crosswalks hold it: in small letters, one blank between words. #}
{% macro as_code(text) -%}
    lower(btrim(regexp_replace({{ text }}, '\s+', ' ', 'g')))
{%- endmacro %}


{# An age or band of ages as its source writes it (25-34, 85+, under 16, 75 years and over); null for other words. #}
{% macro age_band(cell) -%}
    case
        when
            regexp_replace(lower({{ cell }}), ' years?( old)?', '')
            ~ '^((under|over) )?[0-9]{1,3}( ?[-–] ?[0-9]{1,3}| to [0-9]{1,3}| ?[+]| (and|or) (over|above|older|under|below|younger))?$'
            then {{ cell }}
    end
{%- endmacro %}


{# A small area of England or Wales by its code; null for other words. #}
{% macro lsoa_code(cell) -%}
    substring(upper({{ cell }}) from '^[EW]01[0-9]{6}$')
{%- endmacro %}


{# What somebody says of themselves, in the words that logs share (seed log_word: sex, ethnicity, yes_no); null for words that it does not
   know. They are looked up in one object, so that no join is planned for it. #}
{% macro said_of_oneself(field, cell) -%}
    (
        (
            select jsonb_object_agg(known.field || ':' || known.written, known.means) from {{ ref('log_word') }} as known
        ) ->> ('{{ field }}:' || lower({{ cell }}))
    )
{%- endmacro %}


{# Who speaks, in the words that all sources share. What a source says more is among its own attributes. #}
{% macro role_in_common(role) -%}
    case lower({{ role }})
        when 'patient' then 'person'
        when 'person' then 'person'
        when 'parent' then 'family'
        when 'partner' then 'family'
        when 'child' then 'family'
        when 'other_relative' then 'family'
        when 'family' then 'family'
        when 'friend' then 'friend'
        when 'carer' then 'carer'
        when 'advocate' then 'advocate'
        when 'representative' then 'advocate'
        when 'solicitor' then 'advocate'
        when 'mp' then 'mp'
        when 'staff' then 'staff'
        when 'community group' then 'community_group'
        when 'visitor' then 'other'
        else 'not_known'
    end
{%- endmacro %}


{# A rating from 1 (worst) to 5 (best) as a polarity. #}
{% macro rated_polarity(rating) -%}
    case
        when {{ rating }} >= 4 then 'positive'
        when {{ rating }} = 3 then 'mixed'
        when {{ rating }} >= 1 then 'negative'
        else 'unknown'
    end
{%- endmacro %}


{# The ICB whose people or services each voice concerns: of whom it is about; where nobody knows that, of who else is involved; then of who
   heard it; then the one whose warehouse this is. Of organisations of several ICBs, the one whose warehouse this is, or the first. An
   organisation counts where it was at the end of the voice's period (relation `voices`: voice_id, period_end). #}
{% macro voice_icbs(voices) -%}
    {%- set home = var('icb', '') -%}
    select
        named.voice_id,
        coalesce(
            {%- for roles in ["'about'", "'also_about', 'involved', 'responded'", "'collected_by'"] %}
            (
                array_agg(organisation.icb_code order by organisation.icb_code <> '{{ home }}', organisation.icb_code)
                filter (where organisation.icb_code <> 'UNK' and named.role in ({{ roles }}))
            )[1],
            {%- endfor %}
            '{{ home or "UNK" }}'
        ) as icb_code
    from {{ ref('int_voice_organisations_named') }} as named
    inner join {{ voices }} as heard on named.voice_id = heard.voice_id
    left join {{ ref('dim_organisation') }} as organisation
        on named.organisation_code = organisation.organisation_code and {{ valid_on('organisation', 'heard.period_end') }}
    group by named.voice_id
{%- endmacro %}


{# Voices whose organisations ODS placed, or placed elsewhere, since they were read: the warehouse must be the same in whatever order
   files arrive. #}
{% macro voices_take_icb() -%}
    {%- if is_incremental() -%}
        update {{ this }} as voice
        set icb_code = found.icb_code
        from ({{ voice_icbs(this) }}) as found
        where voice.voice_id = found.voice_id and voice.icb_code <> found.icb_code
    {%- else -%}
        select 1
    {%- endif -%}
{%- endmacro %}


{# Which voices are about which themes, touchpoints, interfaces or pathways: every code that a voice bears, by the crosswalk of that
   target (relation `crosswalk_model` with scheme, code, match, target_code, weight, confidence, version). Two codes of a scheme that lead to
   the same are one row, with the greater weight. Several schemes may: each keeps its row, so that what a person coded and what a rule found
   stay apart. #}
{% macro voices_along(target, crosswalk_model, condition='true') -%}
{#- its hook asks for it: said while dbt looks for what depends on what -#}
{%- if not execute -%} {%- do ref('fct_voice') -%} {%- endif -%}
with codes as (
    select * from {{ ref('int_voice_code') }}
    where {{ only_new_voices() }}
),

each_code as (
    select distinct
        scheme,
        code
    from codes
),

known as (
    select * from {{ ref(crosswalk_model) }}
    where {{ condition }}
),

found as (
    {{ crosswalked('each_code', 'known') }}
)

select
    codes.icb_code,
    codes.source,
    codes.voice_id,
    found.target_code as {{ target }}_code,
    codes.polarity,
    max(found.weight) as weight,
    max(found.confidence) as confidence,
    max(found.version) as version,
    codes.scheme,
    codes.method,
    codes.extract_id
from codes
inner join found on codes.scheme = found.scheme and codes.code = found.code
where found.target_code <> 'none'
group by
    codes.icb_code, codes.source, codes.voice_id, found.target_code, codes.polarity, codes.scheme, codes.method, codes.extract_id
{%- endmacro %}


{# The first year of age of a band as its source writes it: 25-34, 85+, under 16, 75 years and over, 34. #}
{% macro age_from(band) -%}
    case
        when lower({{ band }}) ~ '^under |(and|or) (under|below|younger)$' then 0
        when lower({{ band }}) ~ '^over ' then substring({{ band }} from '[0-9]{1,3}')::integer + 1
        else substring({{ band }} from '[0-9]{1,3}')::integer
    end
{%- endmacro %}


{# Its last year; null where it has no end. #}
{% macro age_to(band) -%}
    case
        when lower({{ band }}) ~ '^under ' then substring({{ band }} from '[0-9]{1,3}')::integer - 1
        when lower({{ band }}) ~ '[0-9]{1,3}[^0-9]+[0-9]{1,3}' then substring({{ band }} from '[0-9]{1,3}[^0-9]+([0-9]{1,3})')::integer
        when lower({{ band }}) ~ '[+]|^over | (over|above|older)$' then null
        else substring({{ band }} from '[0-9]{1,3}')::integer
    end
{%- endmacro %}
