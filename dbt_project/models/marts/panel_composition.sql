-- Who sits on each panel or standing group beside the people of its board of 16 and over, and how many more members of a group
-- would bring it to its share with everybody else staying: what is missing are additions, never people to remove. Small groups are
-- bands, whose ends give the fewest and the most that may be missing. How people came to it and for how long they have been there
-- has no share to be held against.
with members as (
    select
        panel.*,
        coalesce(host.now_icb_code, organisation.now_icb_code, '{{ var('icb', '') or 'UNK' }}') as icb_code,
        panel.characteristic || ':' || panel.answer as group_code
    from {{ ref('int_panels') }} as panel
    left join {{ ref('dim_organisation') }} as organisation
        on panel.organisation_code = organisation.organisation_code and organisation.is_current
    left join {{ ref('dim_organisation') }} as host on panel.about_code = host.organisation_code and host.is_current
),

sizes as (
    select
        source,
        organisation_code,
        panel_id,
        as_at,
        max(people) as seats
    from members
    where characteristic = 'all'
    group by source, organisation_code, panel_id, as_at
),

-- the day nearest to the one on which the panel was counted, and the newest index
denominators as (
    select distinct on (members.source, members.organisation_code, members.panel_id, members.as_at, members.characteristic)
        members.source,
        members.organisation_code,
        members.panel_id,
        members.as_at,
        members.characteristic,
        members.icb_code,
        people.denominator_kind,
        people.as_at as population_as_at,
        people.youngest,
        people.edition
    from members
    inner join {{ ref('fct_population') }} as people
        on members.icb_code = people.area_code and members.characteristic = people.characteristic and people.detail = 'groups'
    order by
        members.source asc, members.organisation_code asc, members.panel_id asc, members.as_at asc, members.characteristic asc,
        people.denominator_kind = 'registered' desc, abs(people.youngest - 16) asc, people.edition desc,
        abs(people.as_at - members.as_at) asc
),

shares as (
    select
        denominators.*,
        common.group_code,
        people.people as population,
        sum(people.people) over (
            partition by
                denominators.source, denominators.organisation_code, denominators.panel_id, denominators.as_at,
                denominators.characteristic
        ) as whole
    from denominators
    inner join {{ ref('population_group') }} as common on denominators.characteristic = common.characteristic
    inner join {{ ref('fct_population') }} as people
        on
            denominators.icb_code = people.area_code
            and people.detail = 'groups'
            and common.group_code = people.group_code
            and denominators.denominator_kind = people.denominator_kind
            and denominators.population_as_at = people.as_at
            and denominators.youngest = people.youngest
            and denominators.edition = people.edition
    where coalesce(common.age_to >= 16, true)
),

beside as (
    select
        coalesce(members.icb_code, shares.icb_code) as icb_code,
        coalesce(members.source, shares.source) as source,
        coalesce(members.organisation_code, shares.organisation_code) as organisation_code,
        coalesce(members.panel_id, shares.panel_id) as panel_id,
        coalesce(members.as_at, shares.as_at) as as_at,
        coalesce(members.characteristic, shares.characteristic) as characteristic,
        coalesce(members.group_code, shares.group_code) as group_code,
        members.extract_id,
        case when members.panel_id is null then 0 else members.people end as people,
        coalesce(members.people, members.people_low, 0) as people_low,
        case when members.panel_id is null then 0 else coalesce(members.people, members.people_high) end as people_high,
        case when members.panel_id is not null then members.null_reason end as null_reason,
        shares.denominator_kind,
        shares.population_as_at,
        shares.population,
        shares.population / nullif(shares.whole, 0) as population_share
    from members
    full join shares
        on
            members.source = shares.source
            and members.organisation_code = shares.organisation_code
            and members.panel_id = shares.panel_id
            and members.as_at = shares.as_at
            and members.group_code = shares.group_code
)

select
    beside.icb_code,
    beside.source,
    beside.organisation_code,
    beside.panel_id,
    beside.as_at,
    beside.characteristic,
    beside.group_code,
    sizes.seats::bigint as seats,
    beside.people::bigint as people,
    beside.people_low::bigint as people_low,
    beside.people_high::bigint as people_high,
    beside.null_reason,
    beside.denominator_kind,
    beside.population_as_at,
    trim_scale(round(beside.population_share, 8)) as population_share,
    case
        when beside.population_share < 1
            then
                greatest(
                    0, ceil((beside.population_share * sizes.seats - beside.people_high) / (1 - beside.population_share))
                )::bigint
    end as additions_at_least,
    case
        when beside.population_share < 1
            then
                greatest(
                    0, ceil((beside.population_share * sizes.seats - beside.people_low) / (1 - beside.population_share))
                )::bigint
    end as additions_at_most,
    beside.extract_id
from beside
left join sizes
    on
        beside.source = sizes.source
        and beside.organisation_code = sizes.organisation_code
        and beside.panel_id = sizes.panel_id
        and beside.as_at = sizes.as_at
where beside.characteristic <> 'all'
