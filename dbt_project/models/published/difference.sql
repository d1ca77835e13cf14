-- Differences between groups of people, of figures that their publishers put out by group.
select
    fact.*,
    measure.label,
    measure.direction,
    coalesce(this.label, replace(split_part(fact.group_code, ':', 2), '_', ' ')) as group_label,
    coalesce(other.label, replace(split_part(fact.reference_group, ':', 2), '_', ' ')) as reference_label
from {{ ref('equity') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('population_group') }} as this
    on fact.characteristic = this.characteristic and fact.group_code = this.group_code
left join {{ ref('population_group') }} as other
    on fact.characteristic = other.characteristic and fact.reference_group = other.group_code
