-- What the checks found behind a headline figure that does not hold, or that there is too little to tell.
select found.*
from {{ ref('quality') }} as found
inner join {{ ref('dim_measure') }} as measure on found.measure_code = measure.measure_code
where measure.headline and found.status in ('fail', 'warn', 'too_few')
