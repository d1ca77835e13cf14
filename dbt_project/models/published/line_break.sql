-- Where a line of a headline measure is cut, and why.
select fact.*
from {{ ref('series_break') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
where measure.headline
