-- What was true of an organisation from when to when, once for each organisation: name, level, host ICB, parent and status of the
-- list that is about its kind. Files show only between which days a thing changed; the day itself is the publisher's where it
-- states one between the two files: of a closing, of joining a parent, of one ICB following another.
with spoken as (
    select distinct on (organisation_code)
        organisation_code,
        part
    from {{ ref('stg_organisations__listed') }}
    where organisation_level <> 'other'
    -- the order of the register; of lists that others have made, the one with the newest file
    order by organisation_code asc, {{ list_that_speaks('part') }} asc nulls last, as_at desc, organisation_level asc
),

told as (
    select
        listed.organisation_code,
        listed.organisation_name,
        listed.organisation_level,
        listed.postcode,
        listed.status,
        listed.opened_on,
        listed.closed_on,
        listed.joined_on,
        listed.snapshot,
        snapshots.as_at,
        snapshots.next_as_at,
        snapshots.is_newest,
        -- the parent of a location is its ICB, which one of the dialects says twice and the other once
        case
            when listed.organisation_level = 'sub_icb' then coalesce(listed.icb_code, listed.parent_code)
            else listed.icb_code
        end as icb_code,
        case when listed.organisation_level <> 'sub_icb' then listed.parent_code end as parent_code
    from {{ ref('stg_organisations__listed') }} as listed
    inner join spoken on listed.organisation_code = spoken.organisation_code and listed.part = spoken.part
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on listed.extract_id = snapshots.extract_id
    where listed.organisation_level <> 'other'
),

seen as (
    select
        *,
        lag(organisation_name) over file_by_file as name_before,
        lag(organisation_level) over file_by_file as level_before,
        lag(icb_code) over file_by_file as icb_before,
        lag(parent_code) over file_by_file as parent_before,
        lag(status) over file_by_file as status_before,
        lag(as_at) over file_by_file as before_at,
        row_number() over file_by_file as nth,
        row_number() over (partition by organisation_code order by snapshot desc) as nth_from_last
    from told
    window file_by_file as (partition by organisation_code order by snapshot)
),

-- the first day on which a predecessor was another
succeeded as (
    select
        predecessor,
        min(succeeded_on) as succeeded_on
    from {{ ref('stg_organisations__succeeded') }}
    where predecessor <> successor
    group by predecessor
),

newest as (
    select
        seen.organisation_code,
        seen.organisation_level,
        seen.postcode,
        seen.opened_on,
        seen.is_newest,
        seen.next_as_at,
        seen.status,
        succeeded.succeeded_on,
        -- a list that somebody made in one month says nothing of the ICBs that closed since
        coalesce(seen.closed_on, case when seen.organisation_level = 'icb' then succeeded.succeeded_on - 1 end) as closed_on
    from seen
    left join succeeded on seen.organisation_code = succeeded.predecessor
    where seen.nth_from_last = 1
),

-- One row for each thing that changed. What the first file shows has no day: it is put before all days.
changes as (
    select
        seen.organisation_code,
        told.attribute,
        told.value,
        '-infinity'::date as from_day,
        'before_the_first_file' as dated_by
    from seen
    cross join
        lateral (
            values
            ('name', seen.organisation_name),
            ('level', seen.organisation_level),
            ('icb', seen.icb_code),
            ('parent', seen.parent_code),
            -- what had closed by the first file was open before
            ('status', case when seen.status = 'closed' and seen.closed_on is not null then 'open' else seen.status end)
        ) as told (attribute, value)
    where seen.nth = 1

    union all

    select
        seen.organisation_code,
        told.attribute,
        told.value,
        seen.as_at as from_day,
        'files' as dated_by
    from seen
    cross join
        lateral (
            values
            ('name', seen.organisation_name, seen.name_before),
            ('level', seen.organisation_level, seen.level_before),
            -- that something closes is told by its day, below
            ('status', seen.status, seen.status_before)
        ) as told (attribute, value, before)
    where
        seen.nth > 1
        and told.value is distinct from told.before
        and not (told.attribute = 'status' and told.value = 'closed' and seen.closed_on is not null)

    union all

    select
        seen.organisation_code,
        'icb' as attribute,
        seen.icb_code as value,
        coalesce(
            case
                when succeeded.succeeded_on > seen.before_at and succeeded.succeeded_on <= seen.as_at then succeeded.succeeded_on
            end,
            case when seen.joined_on > seen.before_at and seen.joined_on <= seen.as_at then seen.joined_on end,
            seen.as_at
        ) as from_day,
        case
            when succeeded.succeeded_on > seen.before_at and succeeded.succeeded_on <= seen.as_at then 'succession'
            when seen.joined_on > seen.before_at and seen.joined_on <= seen.as_at then 'publisher'
            else 'files'
        end as dated_by
    from seen
    left join succeeded on seen.icb_before = succeeded.predecessor
    where seen.nth > 1 and seen.icb_code is distinct from seen.icb_before

    union all

    select
        organisation_code,
        'parent' as attribute,
        parent_code as value,
        case when joined_on > before_at and joined_on <= as_at then joined_on else as_at end as from_day,
        case when joined_on > before_at and joined_on <= as_at then 'publisher' else 'files' end as dated_by
    from seen
    where nth > 1 and parent_code is distinct from parent_before

    union all

    -- The day of closing is the last on which it was there, unless another followed it that day already.
    select
        organisation_code,
        'status' as attribute,
        'closed' as value,
        case when succeeded_on = closed_on then succeeded_on else closed_on + 1 end as from_day,
        'publisher' as dated_by
    from newest
    where closed_on is not null

    union all

    -- the register closes and never deletes: what left its list without a day is closed since the file that has it no more
    select
        organisation_code,
        'status' as attribute,
        'closed' as value,
        next_as_at as from_day,
        'files' as dated_by
    from newest
    where not is_newest and closed_on is null and status <> 'closed'
),

-- one row a day on which anything changed, with the latest of each thing
days as (
    select
        organisation_code,
        from_day,
        max(dated_by) as dated_by,
        count(*) filter (where attribute = 'name') as has_name,
        count(*) filter (where attribute = 'level') as has_level,
        count(*) filter (where attribute = 'icb') as has_icb,
        count(*) filter (where attribute = 'parent') as has_parent,
        count(*) filter (where attribute = 'status') as has_status,
        max(value) filter (where attribute = 'name') as organisation_name,
        max(value) filter (where attribute = 'level') as organisation_level,
        max(value) filter (where attribute = 'icb') as icb_code,
        max(value) filter (where attribute = 'parent') as parent_code,
        min(value) filter (where attribute = 'status') as status
    from changes
    group by organisation_code, from_day
),

latest as (
    select
        *,
        sum(has_name) over so_far as name_so_far,
        sum(has_level) over so_far as level_so_far,
        sum(has_icb) over so_far as icb_so_far,
        sum(has_parent) over so_far as parent_so_far,
        sum(has_status) over so_far as status_so_far
    from days
    window so_far as (partition by organisation_code order by from_day)
),

states as (
    select
        organisation_code,
        from_day,
        dated_by,
        max(organisation_name) over (partition by organisation_code, name_so_far) as organisation_name,
        max(organisation_level) over (partition by organisation_code, level_so_far) as organisation_level,
        max(icb_code) over (partition by organisation_code, icb_so_far) as icb_code,
        max(parent_code) over (partition by organisation_code, parent_so_far) as parent_code,
        max(status) over (partition by organisation_code, status_so_far) as status,
        lead(from_day) over (partition by organisation_code order by from_day) as until_day
    from latest
),

-- The ICB of a parent, as long as it was that, for those whose list names none. It reaches back and forth without end.
hosts as (
    select
        organisation_code,
        icb_code,
        min(from_day) as from_day,
        max(coalesce(until_day, 'infinity')) as until_day
    from (
        select
            *,
            row_number() over (partition by organisation_code order by from_day)
            - row_number() over (partition by organisation_code, icb_code order by from_day) as island
        from states
    ) as numbered
    group by organisation_code, icb_code, island
),

placed as (
    select
        states.organisation_code,
        states.organisation_name,
        states.organisation_level,
        coalesce(states.icb_code, hosts.icb_code) as icb_code,
        states.parent_code,
        states.status,
        greatest(states.from_day, coalesce(hosts.from_day, '-infinity')) as from_day,
        least(coalesce(states.until_day, 'infinity'), coalesce(hosts.until_day, 'infinity')) as until_day,
        case
            when coalesce(hosts.from_day > states.from_day, false) then 'parent' else states.dated_by
        end as dated_by
    from states
    left join hosts
        on
            states.icb_code is null
            and states.parent_code = hosts.organisation_code
            and states.from_day < hosts.until_day
            and hosts.from_day < coalesce(states.until_day, 'infinity')
)

select
    placed.organisation_code,
    placed.organisation_name,
    placed.organisation_level,
    placed.icb_code,
    case
        when placed.organisation_level in ('practice', 'other_prescriber', 'pcn') then placed.parent_code
        when placed.organisation_level = 'sub_icb' then placed.organisation_code
    end as sub_icb_code,
    case when placed.organisation_level = 'sub_icb' then placed.icb_code else placed.parent_code end as parent_code,
    newest.postcode,
    placed.status,
    newest.opened_on,
    newest.closed_on,
    newest.is_newest as in_register,
    -- The first state has no first day: figures are published of days before the opening that the register states, and of a board
    -- before it was there.
    case when placed.from_day > '-infinity' then placed.from_day end as valid_from,
    case when placed.from_day > '-infinity' then placed.dated_by else 'before_the_first_file' end as valid_from_basis,
    case when placed.until_day < 'infinity' then placed.until_day end as valid_to
from placed
inner join newest on placed.organisation_code = newest.organisation_code
