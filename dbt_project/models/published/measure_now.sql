-- Headline measures of boards as they are now, and of organisations that others became part of, through all of history.
select fact.*
from {{ ref('measure_as_now') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
where measure.headline
