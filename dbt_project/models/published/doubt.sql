-- What the checks found behind a headline figure that does not hold, or that there is too little to tell. What was observed of who
-- is heard is a ratio of counts that may be hidden: published.heard tells it as far as numbers allow.
select
    found.icb_code,
    found.source,
    found.measure_code,
    found.organisation_code,
    found.period_start,
    found.period_end,
    found.extract_id,
    found.status,
    found.sentence,
    found.gate,
    found.target,
    found.expectation,
    case when found.target <> 'marts.representation' then found.observed end as observed,
    case when found.target <> 'marts.representation' then found.threshold end as threshold,
    found.waived_by,
    found.waiver_reason,
    found.waived_until
from {{ ref('quality') }} as found
inner join {{ ref('dim_measure') }} as measure on found.measure_code = measure.measure_code
where measure.headline and found.status in ('fail', 'warn', 'too_few')
