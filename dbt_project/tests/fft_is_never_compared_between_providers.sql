-- Why: providers ask other people in other ways, and their publisher says that the test cannot be used to compare them. A funnel, a
-- reliability or a range of it would be a league table. This holds for every measure of which its source says `over_time`.
with compared as (
    select measure_code from {{ ref('funnel') }}
    union all
    select measure_code from {{ ref('reliability') }}
    union all
    select measure_code from {{ ref('variation') }}
    union all
    select measure_code from {{ ref('equity') }}
    where basis = 'practices_in_fifths'
)

select distinct compared.measure_code
from compared
inner join {{ ref('dim_measure') }} as measure on compared.measure_code = measure.measure_code
where measure.compared <> 'between_organisations' or measure.comparability like 'never between%'
