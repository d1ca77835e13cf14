-- Usual residents of small areas in England by group, as the Census of 2021 counted them. Groups of different characteristics are
-- never to be added, and not all were asked of all: main language of those aged 3 and over, unpaid care of those aged 5 and over.
with tidied as (
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
),

by_area as (
    select
        raw.extract_id,
        extracts.period_end as as_at,
        {{ cell('lsoa_code') }} as lsoa,
        {{ cell('english') }}::bigint as english,
        {{ cell('not_english') }}::bigint as not_english,
        {{ cell('no_care') }}::bigint as no_care,
        {{ cell('hours_to_19') }}::bigint + {{ cell('hours_20_to_49') }}::bigint + {{ cell('hours_from_50') }}::bigint as care
    from {{ source('populations', 'populations') }} as raw
    inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where extracts.part in ('census_english', 'census_carer')
),

counted as (
    select * from tidied

    union all

    select
        by_area.extract_id,
        by_area.as_at,
        by_area.lsoa,
        answered.characteristic,
        answered.group_name,
        answered.people
    from by_area
    cross join
        lateral (
            values
            ('english', 'Main language is English (English or Welsh in Wales)', by_area.english),
            ('english', 'Main language is not English (English or Welsh in Wales)', by_area.not_english),
            ('carer', 'Provides unpaid care', by_area.care),
            ('carer', 'Provides no unpaid care', by_area.no_care)
        ) as answered (characteristic, group_name, people)
    where by_area.lsoa like 'E01%' and answered.people is not null
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
        when group_name like 'Main language is not%' or group_name = 'Provides no unpaid care' then 'no'
        when characteristic in ('english', 'carer') then 'yes'
        else group_name
    end as group_code,
    case
        when characteristic = 'age' then substring(group_name from '^[0-9]{1,3}')::integer
        when characteristic = 'english' then 3
        when characteristic = 'carer' then 5
    end as age_from,
    case when characteristic = 'age' then substring(group_name from '^[0-9]{1,3}-([0-9]{1,3})')::integer end as age_to,
    people,
    'residents' as denominator
from counted
