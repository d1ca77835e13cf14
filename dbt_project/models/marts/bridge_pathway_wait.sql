-- Where on a pathway a wait is lived: on those that the wait is of, at its own touchpoints and at those of what people said that is
-- told beside it, if half of that or more is of the touchpoint.
with paired as (
    select
        operational_measure_code,
        measure_code
    from {{ with_local('paired_measure', ['measure_code', 'operational_measure_code']) }} as pairs
),

told_with as (
    select * from paired
    union
    select
        operational_measure_code,
        operational_measure_code as measure_code
    from paired
)

select distinct
    step.pathway_code,
    step.touchpoint_code,
    told_with.operational_measure_code as measure_code
from told_with
inner join {{ ref('bridge_measure_touchpoint') }} as place
    on told_with.measure_code = place.measure_code and place.weight >= 0.5
inner join {{ ref('bridge_measure_pathway') }} as journey on told_with.operational_measure_code = journey.measure_code
inner join {{ ref('bridge_pathway_touchpoint') }} as step
    on journey.pathway_code = step.pathway_code and place.touchpoint_code = step.touchpoint_code
