-- Organisations beside each other, where they may be: against what chance leaves to one with so many answers.
select fact.*
from {{ ref('funnel') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
where measure.headline
