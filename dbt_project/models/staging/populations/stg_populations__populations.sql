-- People by area and group, in the shape of populations: residents of boards and of England as the Census counted them, and by how
-- deprived the area is in which they live, in each edition that knows the areas; patients registered in a board, in England or with
-- a practice, by sex and age; small areas with all who live there. `youngest` is the age from which on people are counted.
with boards as (
    select
        lsoa,
        icb_code
    from {{ ref('stg_populations__lsoa_icb') }}
),

residents as (
    select
        extract_id,
        as_at,
        lsoa,
        characteristic,
        group_code,
        age_from,
        age_to,
        case characteristic when 'english' then 3 when 'carer' then 5 else 0 end as youngest,
        'not_applicable' as edition,
        people
    from {{ ref('stg_populations__residents') }}

    union all

    select
        residents.extract_id,
        residents.as_at,
        residents.lsoa,
        'deprivation' as characteristic,
        'deprivation:' || deprivation.quintile as group_code,
        null as age_from,
        null as age_to,
        0 as youngest,
        deprivation.edition::text as edition,
        residents.people
    from {{ ref('stg_populations__residents') }} as residents
    inner join {{ ref('stg_populations__deprivation') }} as deprivation
        on residents.lsoa = deprivation.lsoa and residents.vintage = deprivation.vintage
    -- each resident is in one ethnic group, so that these add up to all of them
    where residents.characteristic = 'ethnicity'
),

of_residents as (
    select
        max(residents.extract_id) as extract_id,
        case grouping(boards.icb_code) when 1 then 'ENG' else boards.icb_code end as area_code,
        case grouping(boards.icb_code) when 1 then 'england' else 'icb' end as area_level,
        residents.as_at,
        'residents' as denominator_kind,
        residents.characteristic,
        residents.group_code,
        residents.age_from,
        residents.age_to,
        residents.youngest,
        residents.edition,
        'groups' as detail,
        sum(residents.people) as people
    from residents
    left join boards on residents.lsoa = boards.lsoa
    group by
        grouping sets (
            (
                boards.icb_code, residents.as_at, residents.characteristic, residents.group_code, residents.age_from,
                residents.age_to, residents.youngest, residents.edition
            ),
            (
                residents.as_at, residents.characteristic, residents.group_code, residents.age_from, residents.age_to,
                residents.youngest, residents.edition
            )
        )
),

patients as (
    select
        registered.extract_id,
        registered.organisation_code as practice_code,
        map.icb_code,
        registered.as_at,
        registered.sex,
        registered.age_from,
        registered.age_to,
        registered.people
    from {{ ref('stg_populations__registered') }} as registered
    left join {{ ref('stg_populations__practice_map') }} as map
        on registered.organisation_code = map.organisation_code and registered.as_at = map.as_at
    where registered.part like 'single\_age%' and registered.organisation_level = 'practice'
),

-- A board's people by single years, of which every band can be made; a practice's in the ages that all sources share.
of_patients as (
    select
        patients.extract_id,
        areas.area_code,
        areas.area_level,
        patients.as_at,
        groups.characteristic,
        groups.group_code,
        groups.age_from,
        groups.age_to,
        groups.youngest,
        groups.detail,
        patients.people,
        case areas.area_level when 'england' then 'ENG' else patients.icb_code end as icb_code
    from patients
    cross join
        lateral (
            values
            ('ENG', 'england'), (patients.icb_code, 'icb'), (patients.practice_code, 'practice')
        ) as areas (area_code, area_level)
    inner join lateral (
        select
            'age' as characteristic,
            'age:' || patients.age_from || case when patients.age_to is null then '+' else '' end as group_code,
            patients.age_from,
            patients.age_to,
            0 as youngest,
            'single years' as detail
        where areas.area_level <> 'practice'

        union all

        select
            common.characteristic,
            common.group_code,
            common.age_from,
            common.age_to,
            0 as youngest,
            'groups' as detail
        from {{ ref('population_group') }} as common
        where
            common.characteristic = 'age'
            and patients.age_from >= common.age_from
            and coalesce(patients.age_from <= common.age_to, true)

        union all

        select
            'sex' as characteristic,
            'sex:' || patients.sex as group_code,
            null as age_from,
            null as age_to,
            since.youngest,
            'groups' as detail
        from (values (0), (16)) as since (youngest)
        where patients.age_from >= since.youngest
    ) as groups on true
    where areas.area_code is not null
),

together as (
    select
        of_residents.*,
        case of_residents.area_level when 'icb' then of_residents.area_code when 'england' then 'ENG' end as icb_code
    from of_residents
    where of_residents.area_code is not null

    union all

    -- small areas with everybody in them: each resident is in one ethnic group
    select
        max(residents.extract_id) as extract_id,
        residents.lsoa as area_code,
        'lsoa' as area_level,
        residents.as_at,
        'residents' as denominator_kind,
        'all' as characteristic,
        'all' as group_code,
        null as age_from,
        null as age_to,
        0 as youngest,
        'not_applicable' as edition,
        'groups' as detail,
        sum(residents.people) as people,
        max(boards.icb_code) as icb_code
    from residents
    left join boards on residents.lsoa = boards.lsoa
    where residents.characteristic = 'ethnicity'
    group by residents.lsoa, residents.as_at

    union all

    select
        max(extract_id) as extract_id,
        area_code,
        area_level,
        as_at,
        'registered' as denominator_kind,
        characteristic,
        group_code,
        age_from,
        age_to,
        youngest,
        'not_applicable' as edition,
        detail,
        sum(people) as people,
        max(icb_code) as icb_code
    from of_patients
    group by area_code, area_level, as_at, characteristic, group_code, age_from, age_to, youngest, detail
)

select
    'populations' as source,
    together.*
from together
