{{ config(indexes=[{'columns': ['organisation_code', 'valid_from']}]) }}

-- Organisations as they were and as they are: what ODS lists first, then what publishers call those that its lists do not hold
-- (independent providers, treatment centres, dental practices). One row for each time during which all of this was true.
with recursive listed as (
    select * from {{ ref('int_organisation_validity') }}
),

named_so as (
    select
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code,
        period_end
    from {{ ref('int_organisations_named') }}
    where organisation_code is not null and organisation_code not in (select listed.organisation_code from listed)

    union all

    -- Boards that organisations are said to belong to, and that no list and perhaps no publisher names.
    select distinct
        icb_code as organisation_code,
        null as organisation_name,
        'icb' as organisation_level,
        icb_code,
        null::date as period_end
    from listed
    where icb_code is not null and icb_code not in (select known.organisation_code from listed as known)
),

named as (
    select distinct on (organisation_code)
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code
    from named_so
    -- The newest name; a name that comes with an ICB before one that comes without, and any name before none.
    order by
        organisation_code asc, (icb_code is null) asc, (organisation_name is null) asc, period_end desc, organisation_name asc
),

-- the day on which each predecessor was others, and the other where it was only one
followed as (
    select
        predecessor,
        min(effective_on) as effective_on,
        case when count(*) = 1 then min(successor) end as sole_successor
    from {{ ref('bridge_organisation_succession') }}
    group by predecessor
),

-- The board that each belonged to before, where publishers named one that its newest board followed.
named_before as (
    select distinct on (named.organisation_code)
        named.organisation_code,
        succession.predecessor,
        succession.effective_on
    from named
    inner join {{ ref('bridge_organisation_succession') }} as succession on named.icb_code = succession.successor
    inner join named_so
        on named.organisation_code = named_so.organisation_code and succession.predecessor = named_so.icb_code
    where named.organisation_level <> 'icb' and succession.effective_on is not null
    order by named.organisation_code asc, named_so.period_end desc, succession.predecessor asc
),

named_through_time as (
    select
        named.organisation_code,
        named.organisation_name,
        named.organisation_level,
        coalesce(before.predecessor, named.icb_code) as icb_code,
        'open' as status,
        null::date as valid_from,
        'before_the_first_file' as valid_from_basis,
        coalesce(before.effective_on, followed.effective_on) as valid_to
    from named
    left join named_before as before on named.organisation_code = before.organisation_code
    left join followed on named.icb_code = followed.predecessor

    union all

    -- Where a board was split, nobody says which of the new ones it is under.
    select
        named.organisation_code,
        named.organisation_name,
        named.organisation_level,
        case
            when before.predecessor is not null or named.organisation_level = 'icb' then named.icb_code
            else followed.sole_successor
        end as icb_code,
        case when named.organisation_level = 'icb' then 'closed' else 'open' end as status,
        coalesce(before.effective_on, followed.effective_on) as valid_from,
        'succession' as valid_from_basis,
        null::date as valid_to
    from named
    left join named_before as before on named.organisation_code = before.organisation_code
    left join followed on named.icb_code = followed.predecessor
    where coalesce(before.effective_on, followed.effective_on) is not null
),

together as (
    select
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code,
        sub_icb_code,
        parent_code,
        postcode,
        status,
        opened_on,
        closed_on,
        valid_from,
        valid_from_basis,
        valid_to,
        in_register
    from listed

    union all

    select
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code,
        null as sub_icb_code,
        null as parent_code,
        null as postcode,
        status,
        null as opened_on,
        null as closed_on,
        valid_from,
        valid_from_basis,
        valid_to,
        false as in_register
    from named_through_time

    union all

    select
        'ENG' as organisation_code,
        'England' as organisation_name,
        'england' as organisation_level,
        'ENG' as icb_code,
        null as sub_icb_code,
        null as parent_code,
        null as postcode,
        'open' as status,
        null as opened_on,
        null as closed_on,
        null as valid_from,
        'before_the_first_file' as valid_from_basis,
        null as valid_to,
        false as in_register
),

present as (
    select * from together
    where valid_to is null
),

-- From successor to successor until nobody followed. Who is still open has handed over a part and stays what it is.
onward as (
    select
        succession.predecessor as organisation_code,
        succession.successor as at_code,
        array[succession.predecessor, succession.successor] as path
    from {{ ref('bridge_organisation_succession') }} as succession
    where
        succession.predecessor not in (
            select present.organisation_code from present
            where present.status = 'open' and present.in_register
        )

    union all

    select
        onward.organisation_code,
        succession.successor as at_code,
        onward.path || succession.successor as path
    from onward
    inner join {{ ref('bridge_organisation_succession') }} as succession on onward.at_code = succession.predecessor
    where
        succession.successor <> all(onward.path)
        and succession.predecessor not in (
            select present.organisation_code from present
            where present.status = 'open' and present.in_register
        )
),

ends as (
    select distinct
        organisation_code,
        at_code
    from onward
    where not exists (
        select from onward as further
        where
            further.organisation_code = onward.organisation_code and further.path[1:cardinality(onward.path)] = onward.path
            and cardinality(further.path) > cardinality(onward.path)
    )
),

heirs as (
    select
        present.organisation_code,
        coalesce(ends.at_code, present.organisation_code) as heir
    from present
    left join ends on present.organisation_code = ends.organisation_code
),

-- the last board that anybody named
last_boards as (
    select distinct on (organisation_code)
        organisation_code,
        icb_code
    from together
    where icb_code is not null
    order by organisation_code asc, (valid_to is null) desc, valid_to desc
),

-- the board of each heir; where that board is gone, whoever followed it
boards as (
    select
        heirs.organisation_code,
        heirs.heir,
        coalesce(board_ends.at_code, coalesce(heir.icb_code, own.icb_code)) as icb_code
    from heirs
    left join last_boards as own on heirs.organisation_code = own.organisation_code
    left join last_boards as heir on heirs.heir = heir.organisation_code
    left join ends as board_ends on coalesce(heir.icb_code, own.icb_code) = board_ends.organisation_code
),

now_is as (
    select
        organisation_code,
        case when count(distinct heir) = 1 then min(heir) end as now_organisation_code,
        case when count(distinct icb_code) = 1 and bool_and(icb_code is not null) then min(icb_code) end as now_icb_code,
        case
            when count(distinct icb_code) > 1 then 'split'
            when bool_or(icb_code is null) then 'not_known'
        end as now_icb_null_reason
    from boards
    group by organisation_code
),

icbs as (
    select
        organisation_code as icb_code,
        organisation_name as icb_name
    from present
    where organisation_level = 'icb'
)

select
    together.organisation_code,
    together.organisation_name,
    together.organisation_level,
    coalesce(together.icb_code, 'UNK') as icb_code,
    icbs.icb_name,
    together.sub_icb_code,
    together.parent_code,
    together.postcode,
    together.status,
    together.opened_on,
    together.closed_on,
    together.in_register,
    together.valid_from,
    together.valid_from_basis,
    together.valid_to,
    together.valid_to is null as is_current,
    now_is.now_organisation_code,
    case when now_is.now_organisation_code is null then 'split' end as now_organisation_null_reason,
    now_is.now_icb_code,
    now_is.now_icb_null_reason
from together
inner join now_is on together.organisation_code = now_is.organisation_code
left join icbs on together.icb_code = icbs.icb_code
