{{ config(materialized='view') }}

-- The worst of what the gates found behind every figure, and behind the voices that somebody heard: of the file that it comes from
-- (raw gate), and of the figure itself (gate before publication), whose case may be of a longer time. Cases that name no
-- organisation are about no figure alone. Read as of the last time that the gates looked.
with figures as (
    select distinct
        icb_code,
        source,
        measure_code,
        organisation_code,
        period_start,
        period_end,
        extract_id
    from {{ ref('fct_measure') }}

    union all

    select
        icb_code,
        source,
        measure_code,
        organisation_code,
        period_start,
        period_end,
        extract_id
    from {{ ref('fct_operational') }}

    union all

    select distinct
        icb_code,
        source,
        'voices' as measure_code,
        collected_by_code as organisation_code,
        period_start,
        period_end,
        extract_id
    from {{ ref('fct_voice') }}
    where collected_by_code is not null
),

found as (
    select
        gate,
        target,
        expectation,
        status,
        array_position(array['fail', 'warn', 'too_few', 'pass', 'not_applicable'], status) as place,
        source,
        organisation_code,
        measure_code,
        period_start,
        period_end,
        extract_id,
        observed,
        threshold,
        why
    from {{ source('assurance', 'result') }}
),

behind as (
    select
        figures.*,
        found.gate,
        found.target,
        found.expectation,
        found.status,
        found.place,
        found.observed,
        found.threshold,
        found.why
    from figures
    inner join found on figures.extract_id = found.extract_id
    where found.gate = 'raw'

    union all

    select
        figures.*,
        found.gate,
        found.target,
        found.expectation,
        found.status,
        found.place,
        found.observed,
        found.threshold,
        found.why
    from figures
    inner join found
        on
            figures.source = found.source
            and figures.organisation_code = found.organisation_code
            and figures.measure_code = coalesce(found.measure_code, figures.measure_code)
            and figures.period_start <= found.period_end
            and figures.period_end >= found.period_start
    where found.gate = 'marts'
),

worst as (
    select distinct on (icb_code, source, measure_code, organisation_code, period_start, period_end, extract_id) *
    from behind
    order by
        icb_code asc, source asc, measure_code asc, organisation_code asc, period_start asc, period_end asc, extract_id asc,
        place asc, gate asc, expectation asc
)

select
    worst.icb_code,
    worst.source,
    worst.measure_code,
    worst.organisation_code,
    worst.period_start,
    worst.period_end,
    worst.extract_id,
    worst.status,
    case worst.status
        when 'pass' then 'Everything that was asked holds.'
        when 'too_few' then 'Too few to tell: ' || worst.expectation || '.'
        when 'not_applicable' then 'Nothing that was asked applies.'
        else 'Not so: ' || worst.expectation || '. ' || worst.why
    end as sentence,
    worst.gate,
    worst.target,
    worst.expectation,
    worst.observed,
    worst.threshold,
    waiver.role as waived_by,
    waiver.reason as waiver_reason,
    waiver.expires_on as waived_until
from worst
left join lateral (
    select
        standing.role,
        standing.reason,
        standing.expires_on
    from {{ source('assurance', 'standing_waiver') }} as standing
    where
        worst.status = 'fail'
        and standing.target = worst.target
        and standing.expectation = worst.expectation
        and coalesce(standing.organisation_code, worst.organisation_code) = worst.organisation_code
    order by standing.expires_on desc, standing.given_at desc
    limit 1
) as waiver on true
