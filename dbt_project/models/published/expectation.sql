-- What both gates asked before this was published, and what they found: one row for each table that was looked at and expectation.
-- Of files, how many of those in use hold; of marts, how many cases do not, and which. A file that was refused is in no use: the
-- ledger tells of it.
with files as (
    select result.*
    from {{ source('assurance', 'result') }} as result
    inner join {{ source('ledger', 'current_extract') }} as in_use on result.extract_id = in_use.extract_id
    where result.gate = 'raw'
),

of_files as (
    select
        gate,
        target,
        expectation,
        -- a file is held against its own history: limits that differ are no rule of all of them
        case when count(distinct rule) = 1 then max(rule) end as rule,
        (array_agg(severity order by checked_at desc))[1] as severity,
        (array_agg(why order by checked_at desc))[1] as why,
        max(source) as source,
        case
            when bool_or(status = 'fail') then 'fail'
            when bool_or(status = 'warn') then 'warn'
            when bool_or(status = 'pass') then 'pass'
            else min(status)
        end as status,
        count(*) as looked,
        count(*) filter (where status in ('warn', 'fail')) as broken,
        count(*) filter (where status in ('too_few', 'not_applicable')) as untold,
        max(period_end) filter (where status in ('warn', 'fail')) as broken_last_on,
        null::text[] as examples,
        max(checked_at) as checked_at
    from files
    group by gate, target, expectation
),

cases as (
    select
        target,
        expectation,
        count(*) filter (where status in ('warn', 'fail')) as broken,
        count(*) filter (where status in ('too_few', 'not_applicable')) as untold,
        max(period_end) filter (where status in ('warn', 'fail')) as broken_last_on
    from {{ source('assurance', 'result') }}
    where gate = 'marts' and coalesce(source, organisation_code, measure_code, period_start::text) is not null
    group by target, expectation
),

-- Of who is heard, as many as readers can tell: more would tell of what is hidden of them.
told as (
    select status from {{ ref('heard') }}
    union all
    select status
    from {{ ref('representation') }}
    where organisation_level = 'icb' and period_kind = 'three_years' and basis <> 'people'
),

told_cases as (
    select
        count(*) filter (where status = 'seldom_heard') as broken,
        count(*) filter (where status = 'unclear' or status is null) as untold
    from told
),

of_marts as (
    select
        result.gate,
        result.target,
        result.expectation,
        result.rule,
        result.severity,
        result.why,
        null::text as source,
        result.status,
        null::bigint as looked,
        case
            when result.target <> 'marts.representation' then coalesce(cases.broken, 0)
            when result.status in ('warn', 'fail') then greatest(1, told_cases.broken)
            else 0
        end as broken,
        case when result.target <> 'marts.representation' then coalesce(cases.untold, 0) else told_cases.untold end as untold,
        cases.broken_last_on,
        -- who is seldom heard is told by published.heard, as far as numbers allow
        case when result.target <> 'marts.representation' then result.sample_keys end as examples,
        result.checked_at
    from {{ source('assurance', 'result') }} as result
    left join cases on result.target = cases.target and result.expectation = cases.expectation
    cross join told_cases
    where
        result.gate = 'marts'
        and coalesce(result.source, result.organisation_code, result.measure_code, result.period_start::text) is null
),

asked as (
    select * from of_files
    union all
    select * from of_marts
)

select
    asked.gate,
    asked.target,
    asked.source,
    titles.title as source_title,
    asked.expectation,
    asked.rule,
    asked.severity,
    asked.why,
    asked.status,
    asked.looked,
    asked.broken,
    asked.untold,
    asked.broken_last_on,
    asked.examples,
    asked.checked_at,
    waiver.waivers
from asked
left join {{ ref('source_vocabulary') }} as titles on asked.source = titles.source
left join lateral (
    select
        array_agg(
            concat_ws('', standing.role, ' until ', standing.expires_on, coalesce(' for ' || standing.organisation_code, ''), ': ')
            || standing.reason
            order by standing.expires_on, standing.waiver_id
        ) as waivers
    from {{ source('assurance', 'standing_waiver') }} as standing
    where standing.target = asked.target and standing.expectation = asked.expectation
) as waiver on true
