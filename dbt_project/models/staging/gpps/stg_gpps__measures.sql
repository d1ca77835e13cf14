-- Each question's summary (the share of favourable answers among those who could judge) and each answer's share.
-- Whose row it is is looked up once a row, not once a cell: hence `materialized`.
with areas as materialized (
    select * from {{ ref('stg_gpps__areas') }}
),

grouped as (
    select
        extract_id,
        row_number,
        question_part,
        variant,
        max(number) filter (where statistic in ('pct', 'pcteval')) as value,
        max(null_reason) filter (where statistic in ('pct', 'pcteval')) as null_reason,
        max(number) filter (where statistic in ('count', 'counteval')) as numerator,
        max(number) filter (where statistic = 'lowileval') as lower_limit,
        max(number) filter (where statistic = 'hiwileval') as upper_limit,
        max(null_reason) filter (where statistic = 'lowileval') as interval_null_reason,
        max(number) filter (where statistic = 'basefullw') as full_weighted,
        max(number) filter (where statistic = 'basefulluw') as full_people,
        max(number) filter (where statistic = 'baseevalw') as judging_weighted,
        max(number) filter (where statistic = 'baseevaluw') as judging_people,
        bool_or(statistic not like 'base%') as is_measure
    from {{ ref('stg_gpps__cells') }}
    group by extract_id, row_number, question_part, variant
),

named as (
    select
        *,
        regexp_replace(question_part, '_\d+$', '') as stem,
        question_part ~ '_\d+$' as is_answer
    from grouped
),

-- The bases stand once per question, for its summary and all its answers.
with_bases as (
    select
        extract_id,
        row_number,
        question_part,
        variant,
        is_answer,
        value,
        null_reason,
        numerator,
        lower_limit,
        upper_limit,
        interval_null_reason,
        is_measure,
        max(full_weighted) over question as full_weighted,
        max(full_people) over question as full_people,
        max(judging_weighted) over question as judging_weighted,
        max(judging_people) over question as judging_people
    from named
    window question as (partition by extract_id, row_number, stem)
),

-- An answer's share is of everybody or, where some cannot judge ("haven't tried"), of those who can: the publisher does not say
-- which in the file. It is the base that gives the published share again; neither when the share is not published.
based as (
    select
        *,
        case
            when not is_answer then 'judging'
            when abs(numerator / nullif(full_weighted, 0) - value) < 0.000001 then 'full'
            when abs(numerator / nullif(judging_weighted, 0) - value) < 0.000001 then 'judging'
        end as based_on
    from with_bases
    where is_measure
),

questions as (
    select
        extract_id,
        row_number,
        'gpps_' || question_part || case variant when 'b' then '_b' else '' end as measure_code,
        value,
        numerator,
        case based_on when 'full' then full_weighted when 'judging' then judging_weighted end as denominator,
        case based_on when 'full' then full_people when 'judging' then judging_people end as base,
        lower_limit,
        upper_limit,
        coalesce(null_reason, case when value is null then 'not_collected' end) as null_reason,
        coalesce(interval_null_reason, case when lower_limit is null then 'not_collected' end) as interval_null_reason
    from based

    union all

    select
        extract_id,
        row_number,
        'gpps_response_rate' as measure_code,
        response_rate as value,
        received as numerator,
        distributed as denominator,
        received as base,
        null as lower_limit,
        null as upper_limit,
        case when response_rate is null then 'not_collected' end as null_reason,
        'not_applicable' as interval_null_reason
    from areas
)

select
    questions.extract_id,
    'gpps' as source,
    questions.measure_code,
    areas.organisation_code,
    areas.organisation_level,
    areas.icb_code as publisher_icb_code,
    areas.period_start,
    areas.period_end,
    'all' as group_code,
    questions.value,
    'proportion' as scale,
    questions.numerator,
    questions.denominator,
    questions.base::bigint as base,
    questions.lower_limit as lower,
    questions.upper_limit as upper,
    case when questions.lower_limit is not null then 'wilson_95_published' end as interval_method,
    questions.null_reason,
    questions.interval_null_reason,
    -- A new questionnaire and online-first fieldwork began in 2024: nothing before it belongs on the same line.
    'gpps_2024' as series
from questions
inner join areas
    on questions.extract_id = areas.extract_id and questions.row_number = areas.row_number
