-- How much areas differ, and how much of that exceeds chance.
select fact.*
from {{ ref('variation') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
where measure.headline
