-- How deprived the areas are in which a practice's patients live: the mean national rank of their small areas (1 is the most
-- deprived), by edition. It is said of the practice: who of its patients answered, and how deprived they are, is not known. The
-- edition of 2019 is of the areas of 2011: where only areas of 2021 are counted, those that are unchanged or parts of a split one
-- carry its rank over.
with people as (
    select
        organisation_code,
        lsoa,
        vintage,
        as_at,
        sum(people) as people
    from {{ ref('stg_populations__lsoa_registered') }}
    group by organisation_code, lsoa, vintage, as_at
),

ranked as (
    select
        extract_id,
        lsoa,
        vintage,
        edition,
        rank
    from {{ ref('stg_populations__deprivation') }}

    union all

    select
        deprivation.extract_id,
        bridge.lsoa21 as lsoa,
        2021 as vintage,
        deprivation.edition,
        deprivation.rank
    from {{ ref('stg_populations__deprivation') }} as deprivation
    inner join {{ ref('stg_populations__lsoa_bridge') }} as bridge on deprivation.lsoa = bridge.lsoa11
    where deprivation.vintage = 2011 and bridge.change in ('unchanged', 'split')
),

editions as (
    select distinct edition from ranked
)

select
    max(ranked.extract_id) as extract_id,
    people.organisation_code,
    editions.edition,
    people.as_at,
    round(
        sum(people.people * ranked.rank)::numeric / nullif(sum(people.people) filter (where ranked.rank is not null), 0), 1
    ) as mean_rank,
    sum(people.people)::numeric as people,
    coalesce(sum(people.people) filter (where ranked.rank is null), 0)::numeric as people_without_rank
from people
cross join editions
left join ranked
    on people.lsoa = ranked.lsoa and people.vintage = ranked.vintage and editions.edition = ranked.edition
group by people.organisation_code, editions.edition, people.as_at
having count(ranked.rank) > 0
