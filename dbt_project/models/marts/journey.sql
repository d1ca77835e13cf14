-- One row per journey: how many contacts, with how many services, and how many of both in its busiest week, which may begin on
-- any day.
with weeks as (
    select
        first_day.journey_id,
        first_day.contacted_on as week_from,
        count(*) as contacts,
        count(distinct within.service) as services
    from (select distinct
        journey_id,
        contacted_on
    from {{ ref('journey_step') }}
    where contacted_on is not null) as first_day
    inner join {{ ref('journey_step') }} as within
        on
            first_day.journey_id = within.journey_id
            and within.contacted_on between first_day.contacted_on and first_day.contacted_on + 6
    group by first_day.journey_id, first_day.contacted_on
),

busiest as (
    select distinct on (journey_id)
        journey_id,
        week_from,
        contacts,
        services
    from weeks
    order by journey_id asc, contacts desc, services desc, week_from asc
),

journeys as (
    select
        source,
        journey_id,
        order_basis,
        -- a journey belongs to where it began
        (array_agg(icb_code order by contact_number))[1] as icb_code,
        min(contacted_on) as started_on,
        max(contacted_on) as ended_on,
        count(*) as contacts,
        count(distinct service) as services,
        count(distinct organisation_code) as organisations_named,
        count(*) filter (where is_handoff) as handoffs
    from {{ ref('journey_step') }}
    group by source, journey_id, order_basis
)

select
    journeys.icb_code,
    journeys.source,
    journeys.journey_id,
    journeys.order_basis,
    journeys.started_on,
    journeys.ended_on,
    journeys.contacts,
    journeys.services,
    journeys.organisations_named,
    case when journeys.order_basis <> 'counted' then journeys.handoffs end as handoffs,
    case when journeys.order_basis = 'counted' then 'not_collected' end as handoffs_null_reason,
    busiest.week_from as busiest_week_from,
    busiest.contacts as contacts_in_busiest_week,
    busiest.services as services_in_busiest_week,
    case when busiest.journey_id is null then 'not_collected' end as busiest_week_null_reason
from journeys
left join busiest on journeys.journey_id = busiest.journey_id
