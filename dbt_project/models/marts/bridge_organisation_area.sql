{{ config(indexes=[{'columns': ['organisation_code', 'area_level']}]) }}

-- Which areas and bodies an organisation belongs to, from when to when, and in which sense: by the patients registered there, by
-- who provides the care, or by where its patients live. The three are different sets of people and are never to be mixed.
with dated as (
    select
        *,
        bool_or(dated_by = 'publisher') over (partition by organisation_code, parent_code, kind) as has_days
    from {{ ref('int_memberships') }}
    where kind <> 'icb'
),

-- the same edge in several lists: once, by the publisher's days where any list has them
edges as (
    select
        organisation_code,
        parent_code as area_code,
        kind as area_level,
        min(dated_by) as basis,
        unnest(range_agg(daterange(valid_from, valid_to))) as during
    from dated
    where dated_by = 'publisher' or not has_days
    group by organisation_code, parent_code, kind
),

hosted as (
    select
        organisation_code,
        icb_code as area_code,
        'icb' as area_level,
        min(valid_from_basis) as basis,
        unnest(range_agg(daterange(valid_from, valid_to))) as during
    from {{ ref('dim_organisation') }}
    where organisation_level not in ('icb', 'england') and icb_code <> 'UNK'
    group by organisation_code, icb_code
),

-- Places are made of organisations: on each day a practice's own row says first, then its network's, then its location's.
said as (
    select * from {{ with_local('place_member', ['place_code', 'member_code']) }}
),

through as (
    select
        organisation_code,
        organisation_code as member_code,
        1 as nearness,
        daterange(null, null) as during
    from {{ ref('dim_organisation') }}
    where organisation_level not in ('icb', 'england')
    group by organisation_code

    union all

    select
        organisation_code,
        area_code as member_code,
        case area_level when 'pcn' then 2 when 'sub_icb' then 3 end as nearness,
        during
    from edges
    where area_level in ('pcn', 'sub_icb')
),

members as (
    select
        place_code,
        member_code,
        'icb' as basis
    from said

    union all

    select
        place_code,
        place_code as member_code,
        basis
    from {{ ref('dim_place') }}
    where basis = 'sub_icb_location'
),

candidates as (
    select
        through.organisation_code,
        members.place_code as area_code,
        members.basis,
        through.nearness,
        range_agg(through.during) as during
    from through
    inner join members on through.member_code = members.member_code
    group by through.organisation_code, members.place_code, members.basis, through.nearness
),

-- What is nearer says for as long as it was so: before a practice joined its network, its location says.
unsaid as (
    select
        organisation_code,
        area_code,
        basis,
        during - coalesce(
            range_agg(during) over (
                partition by organisation_code
                order by nearness asc
                range between unbounded preceding and 1 preceding
            ), '{}'
        ) as during
    from candidates
),

placed as (
    select
        organisation_code,
        area_code,
        'place' as area_level,
        basis,
        unnest(range_agg(during)) as during
    from unsaid
    group by organisation_code, area_code, basis
),

together as (
    select * from edges
    union all
    select * from hosted
    union all
    select * from placed
),

levels as (
    select
        organisation_code,
        organisation_level
    from {{ ref('dim_organisation') }}
    where is_current
)

select
    together.organisation_code,
    together.area_code,
    together.area_level,
    case
        when levels.organisation_level in ('practice', 'branch', 'pcn', 'sub_icb') then 'registered'
        else 'provider'
    end as geography,
    lower(together.during) as valid_from,
    upper(together.during) as valid_to,
    upper(together.during) is null as is_current,
    1::numeric as share,
    together.basis
from together
left join levels on together.organisation_code = levels.organisation_code

union all

select
    organisation_code,
    area_code,
    area_level,
    'resident' as geography,
    as_at as valid_from,
    null as valid_to,
    true as is_current,
    share,
    'catchment' as basis
from {{ ref('int_catchments') }}
