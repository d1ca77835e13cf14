-- Where in each file's rows the figures of a measure stand. Only measures that the vocabulary lists are here: by the question's
-- name since 2024, by its number and year (`question_version`) before. Everything else is in `stg_gpps__unmapped`.
with headers as (
    select
        header.extract_id,
        header.sheet,
        extracts.part,
        extract(year from extracts.period_start)::integer as wave,
        string_to_array(lower(array_to_string(header.fields, chr(31))), chr(31)) as fields
    from {{ source('raw_headers', 'header') }} as header
    inner join {{ extracts_in_use('gpps') }} as extracts on header.extract_id = extracts.extract_id
),

since_2024 as (
    select
        headers.*,
        vocabulary.measure_code,
        substr(vocabulary.measure_code, 6) || '.pcteval' as value_column,
        substr(vocabulary.measure_code, 6) || '.counteval' as numerator_column,
        substr(vocabulary.measure_code, 6) || '.baseevalw' as denominator_column,
        substr(vocabulary.measure_code, 6) || '.baseevaluw' as base_column,
        substr(vocabulary.measure_code, 6) || '.lowileval' as lower_column,
        substr(vocabulary.measure_code, 6) || '.hiwileval' as upper_column
    from headers
    inner join {{ ref('measure_vocabulary') }} as vocabulary on vocabulary.measure_code like 'gpps\_%'
    where headers.wave >= 2024
),

-- A share is of those who can judge where that base is published (`q3_1234base`), else of all who answered (`q18base`); intervals
-- belong to a question (`q3ci_lower_wil`) or to one of its sums (`q104_12ci_lower_wil`).
to_2023 as (
    select
        headers.*,
        versions.measure_code,
        versions.question || 'pct' as value_column,
        versions.question as numerator_column,
        coalesce(
            (
                select min(each.field) from unnest(headers.fields) as each (field)
                where each.field ~ ('^' || named.question || '_[0-9]+base$')
            ),
            case
                when named.question || 'base' = any(headers.fields) then named.question || 'base' else named.question || '_base'
            end
        ) as denominator_column,
        null::text as base_column,
        case
            when versions.question || 'ci_lower_wil' = any(headers.fields) then versions.question else named.question
        end || 'ci_lower_wil' as lower_column,
        case
            when versions.question || 'ci_upper_wil' = any(headers.fields) then versions.question else named.question
        end || 'ci_upper_wil' as upper_column
    from headers
    inner join {{ ref('question_version') }} as versions on versions.source = 'gpps' and headers.wave = versions.wave
    cross join lateral regexp_replace(versions.question, '_[0-9]+$', '') as named (question)
    where headers.wave < 2024
),

together as (
    select * from since_2024
    union all
    select * from to_2023
)

select
    extract_id,
    sheet,
    part,
    wave,
    measure_code,
    array_position(fields, value_column) as value_at,
    array_position(fields, numerator_column) as numerator_at,
    array_position(fields, denominator_column) as denominator_at,
    array_position(fields, base_column) as base_at,
    array_position(fields, lower_column) as lower_at,
    array_position(fields, upper_column) as upper_at
from together
where value_column = any(fields)
