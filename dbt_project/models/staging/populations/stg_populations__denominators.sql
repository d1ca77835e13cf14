-- Registered patients of each practice on each day of which a list was published, and of its location and board as they were then.
-- The same people are in several lists: totals are taken where they were published, else the sums of single years, else of bands.
with lists as (
    select
        organisation_code,
        as_at,
        case
            when part = 'totals' then 1
            when part like 'single_age%' then 2
            when part = 'five_year' then 3
            else 4
        end as list,
        max(extract_id) as extract_id,
        sum(people)::numeric as people
    from {{ ref('stg_populations__registered') }}
    where organisation_level = 'practice'
    group by organisation_code, as_at, list
),

practices as (
    select distinct on (organisation_code, as_at)
        extract_id,
        organisation_code,
        as_at,
        people
    from lists
    order by organisation_code, as_at, list
)

select
    extract_id,
    organisation_code,
    'practice' as organisation_level,
    as_at,
    'registered' as denominator_kind,
    people
from practices

union all

select
    max(practices.extract_id) as extract_id,
    above.organisation_code,
    above.organisation_level,
    practices.as_at,
    'registered' as denominator_kind,
    sum(practices.people) as people
from practices
inner join {{ ref('stg_populations__practice_map') }} as map
    on practices.organisation_code = map.organisation_code and practices.as_at = map.as_at
cross join
    lateral unnest(array[map.icb_code, map.sub_icb_code], array['icb', 'sub_icb']) as above (organisation_code, organisation_level)
where above.organisation_code is not null
group by above.organisation_code, above.organisation_level, practices.as_at
