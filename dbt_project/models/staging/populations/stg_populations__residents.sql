-- Usual residents of small areas in England by group, as the Census of 2021 counted them. Groups of different characteristics are
-- never to be added.
with counted as (
    select
        raw.extract_id,
        extracts.period_end as as_at,
        raw.lsoa21_code as lsoa,
        substring(extracts.part from 'census_(.*)') as characteristic,
        coalesce(raw.ethnic_group, raw.disability, raw.age_group) as group_name,
        raw.n::numeric::bigint as people
    from {{ source('populations', 'populations') }} as raw
    inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
    where extracts.part in ('census_ethnicity', 'census_disability', 'census_age') and raw.lsoa21_code like 'E01%'
)

select
    extract_id,
    as_at,
    lsoa,
    2021 as vintage,
    characteristic,
    group_name,
    characteristic || ':' || case
        when characteristic = 'age' then group_name
        when group_name like 'Asian%' then 'Asian'
        when group_name like 'Black%' then 'Black'
        when group_name like 'Mixed%' then 'Mixed'
        when group_name like 'White%' then 'White'
        when group_name like 'Other%' then 'Other'
        when group_name like 'Disabled%' then 'yes'
        when group_name like 'Not disabled%' then 'no'
        else group_name
    end as group_code,
    case when characteristic = 'age' then substring(group_name from '^[0-9]{1,3}')::integer end as age_from,
    case when characteristic = 'age' then substring(group_name from '^[0-9]{1,3}-([0-9]{1,3})')::integer end as age_to,
    people,
    'residents' as denominator
from counted
