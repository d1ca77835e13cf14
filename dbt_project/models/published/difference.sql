-- Differences between groups of people, of figures that their publishers put out by group.
select
    fact.*,
    measure.label,
    measure.direction,
    {{ group_compared('fact.group_code', 'this') }} as group_label,
    {{ group_compared('fact.reference_group', 'other') }} as reference_label
from {{ ref('equity') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('population_group') }} as this
    on fact.characteristic = this.characteristic and fact.group_code = this.group_code
left join {{ ref('population_group') }} as other
    on fact.characteristic = other.characteristic and fact.reference_group = other.group_code
