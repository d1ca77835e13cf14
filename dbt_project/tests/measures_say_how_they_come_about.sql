-- Why: a measure of which nobody says how its figures come about has no interval of its own and is compared with nothing. That is
-- careful, and it is silent: this names the measures for which a row in the seed `measure_method` is wanted.
{{ config(severity='warn') }}

select
    measure.source,
    measure.measure_code
from {{ ref('dim_measure') }} as measure
where
    not exists (
        select 1 from {{ with_local('measure_method', ['source', 'measure_code']) }} as methods
        where methods.source = measure.source and methods.measure_code in (measure.counted_measure_code, '*')
    )
