-- Registered patients by practice and the small area that they live in. Patients outside England or in no known area are left out
-- here: `stg_populations__left_out` counts them.
select
    raw.extract_id,
    extracts.period_end as as_at,
    raw.practice_code as organisation_code,
    raw.lsoa_code as lsoa,
    case when extracts.part like 'lsoa\_2021%' then 2021 else 2011 end as vintage,
    lower(raw.sex) as sex,
    raw.number_of_patients as people,
    'registered' as denominator
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where
    extracts.part in ('lsoa_2011', 'lsoa_2011_female', 'lsoa_2011_male', 'lsoa_2021', 'lsoa_2021_female', 'lsoa_2021_male')
    and raw.lsoa_code like 'E01%'
