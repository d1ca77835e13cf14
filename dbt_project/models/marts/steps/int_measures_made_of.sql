{{ config(materialized='table') }}

-- What each period of measure_in_period is made of: its facts, whose they are, and which organisations make up which place.
select
    facts.period_code,
    md5(row(facts.said, places.said)::text) as made_of
from (
    select
        span.period_code,
        span.period_end,
        sum({{ said_by(['fact.icb_code', 'fact.organisation_code', 'fact.extract_id']) }}) as said
    from {{ ref('fct_measure') }} as fact
    cross join lateral {{ quarter_and_year('fact.period_start', 'fact.period_end') }} as span
    where fact.group_code = 'all'
    group by span.period_code, span.period_end
) as facts
cross join lateral {{ places_said('facts.period_end') }} as places
