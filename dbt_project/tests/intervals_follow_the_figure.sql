-- Why: an interval says how sure a figure is only if it is the right one for how the figure came about. Wilson's holds for
-- proportions of counts and is too narrow for weighted shares; what a publisher weighted has the publisher's limits or none. No
-- other combination may be in the warehouse, whoever adds a source (facts.md section 11).
select
    fact.measure_code,
    fact.organisation_code,
    fact.period_start,
    measure.interval_kind,
    fact.interval_method
from {{ ref('fct_measure') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
where
    (
        measure.interval_kind = 'wilson'
        and coalesce(fact.interval_method, 'none') <> 'wilson_95'
        and not (fact.interval_method is null and (fact.value is null or coalesce(fact.denominator, 0) = 0))
    )
    or (measure.interval_kind = 'published' and fact.interval_method not in ('wilson_95_published', 'published_95'))
    or (measure.interval_kind = 'none' and fact.interval_method is not null)
    or (measure.interval_kind = 'wilson' and (measure.weighted or measure.scale <> 'proportion'))
    or (fact.interval_method is null) <> (fact.lower is null)
    or (fact.lower is null) <> (fact.upper is null)
