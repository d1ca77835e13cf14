-- Registered patients by practice. The parts of a list are kept and its ALL rows are not, except in the list of totals, which has
-- nothing else: so that within a part, people add up.
with listed as (
    select
        raw.extract_id,
        extracts.part,
        extracts.period_end as as_at,
        coalesce(raw.code, raw.org_code, raw.ods_code) as organisation_code,
        case
            when coalesce(raw.type, raw.org_type, 'GP') in ('GP', 'GP Practice') then 'practice'
            when coalesce(raw.type, raw.org_type) in ('CCG', 'SUB_ICB_LOCATION') then 'sub_icb'
            when coalesce(raw.type, raw.org_type) in ('STP', 'ICB') then 'icb'
            else 'other'
        end as organisation_level,
        lower(raw.sex) as sex,
        upper(coalesce(raw.age, raw.age_group_5, raw.age_group)) as age,
        coalesce(raw.number_of_patients, raw.patients) as people
    from {{ source('populations', 'populations') }} as raw
    inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
    where extracts.part in ('totals', 'five_year', 'five_year_tidied', 'single_age', 'single_age_female', 'single_age_male')
),

-- the tidied list repeats a practice for each network that it was ever in
once as (
    select distinct *
    from listed
)

select
    extract_id,
    part,
    organisation_code,
    organisation_level,
    as_at,
    sex,
    case when age = 'ALL' then 0 else substring(age from '^[0-9]{1,3}')::integer end as age_from,
    case
        when age = 'ALL' or age like '%+%' then null
        else coalesce(substring(age from '^[0-9]{1,3}[-_ ]([0-9]{1,3})'), substring(age from '^[0-9]{1,3}'))::integer
    end as age_to,
    people,
    'registered' as denominator
from once
where part = 'totals' or (sex <> 'all' and age <> 'ALL')
