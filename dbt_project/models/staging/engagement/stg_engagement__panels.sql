-- Who sits on panels and other standing groups, in the shape of panels. A panel that is its own host belongs where its newest
-- exercise was held.
with hosts as (
    select distinct on (sender)
        sender,
        host_organisation_code
    from {{ ref('stg_engagement__exercises') }}
    where host_organisation_code <> sender
    order by sender asc, started_on desc, exercise_id desc
)

select
    panel.extract_id,
    'engagement' as source,
    panel.sender as organisation_code,
    case
        when panel.host_organisation_code <> panel.sender then panel.host_organisation_code
        else coalesce(hosts.host_organisation_code, panel.sender)
    end as about_code,
    panel.panel_id,
    panel.as_at,
    panel.characteristic,
    panel.group_name as answer,
    panel.people,
    panel.people_low,
    panel.people_high,
    panel.people_null_reason as null_reason
from {{ ref('stg_engagement__groups') }} as panel
left join hosts on panel.sender = hosts.sender
