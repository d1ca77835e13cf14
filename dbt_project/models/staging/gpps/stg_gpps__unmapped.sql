-- What is in the files and maps to no measure and no group, so that nothing is dropped without a word: raw keeps it.
with headers as (
    select
        header.extract_id,
        header.sheet,
        extracts.part,
        extracts.period_start,
        extract(year from extracts.period_start)::integer as wave,
        header.fields,
        (
            select count(*) from {{ source('gpps', 'gpps') }} as gpps
            where gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
        ) as areas
    from {{ source('raw_headers', 'header') }} as header
    inner join {{ extracts_in_use('gpps') }} as extracts on header.extract_id = extracts.extract_id
),

used as (
    select
        places.extract_id,
        places.sheet,
        each.position
    from {{ ref('stg_gpps__columns') }} as places
    cross join
        lateral unnest(
            array[places.value_at, places.numerator_at, places.denominator_at, places.base_at, places.lower_at, places.upper_at]
        ) as each (position)

    union

    select
        profile.extract_id,
        profile.sheet,
        each.position
    from {{ ref('stg_gpps__profile') }} as profile
    cross join
        lateral unnest(array[profile.count_at, profile.share_at, profile.weighted_at, profile.unweighted_at]) as each (position)
),

columns as (
    select
        headers.extract_id,
        headers.sheet,
        headers.part,
        headers.wave,
        headers.areas,
        coalesce(
            substring(lower(published.field), '^(q\d+[a-z]?(?:_merged|_recoded|band)?)'),
            regexp_replace(split_part(published.field, '.', 1), '_\d+$', '')
        ) as question,
        case
            when published.field ~* '\.base|base$' then 'bases'
            when published.field ~* 'evalb?$|ci_|^q\d+[a-z]?(_merged|_recoded)?_\d{2,}(pct)?$' then 'summary'
            else 'answers'
        end as kind
    from headers
    cross join lateral unnest(headers.fields) with ordinality as published (field, position)
    left join used
        on
            headers.extract_id = used.extract_id
            and headers.sheet = used.sheet
            and published.position = used.position
    where used.position is null and published.field ~* '\.|^q\d'
)

select
    extract_id,
    part,
    wave,
    question,
    kind,
    count(*) as columns,
    count(*) * max(areas) as cells,
    case
        when question ~ '^(aboutyou|dv_)' then 'profile of respondents whose groups the seed does not list'
        when kind = 'answers' then 'shares of single answers are no measure of ours'
        when kind = 'bases' then 'bases of what maps to no measure'
        when wave < 2024 then 'question_version lists no such question of this wave'
        else 'the vocabulary of measures lists no such question'
    end as why
from columns
group by extract_id, part, wave, question, kind
