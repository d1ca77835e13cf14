-- What was true of an organisation from when to when, as all files that were ever accepted show it. A state begins with the
-- first file that shows it and ends with the first that does not.
with stepped as (
    select
        *,
        row(organisation_name, organisation_level, icb_code, parent_code, status)::text as state
    from {{ ref('stg_organisations__listed') }}
    where organisation_level <> 'other'
),

islands as (
    select
        *,
        snapshot - row_number() over (partition by part, organisation_code, state order by snapshot) as island
    from stepped
),

states as (
    select
        part,
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code,
        parent_code,
        status,
        min(snapshot) as first_snapshot,
        max(snapshot) as last_snapshot,
        min(opened_on) as opened_on
    from islands
    group by part, organisation_code, organisation_name, organisation_level, icb_code, parent_code, status, island
)

select
    states.part,
    states.organisation_code,
    states.organisation_name,
    states.organisation_level,
    states.icb_code,
    states.parent_code,
    states.status,
    case when states.first_snapshot > 1 then began.as_at end as valid_from,
    ended.next_as_at as valid_to
from states
inner join {{ ref('stg_organisations__snapshots') }} as began on states.part = began.part and states.first_snapshot = began.snapshot
inner join {{ ref('stg_organisations__snapshots') }} as ended on states.part = ended.part and states.last_snapshot = ended.snapshot
-- two files of one day: the later one is what was true of it
where began.as_at < ended.next_as_at or ended.next_as_at is null
