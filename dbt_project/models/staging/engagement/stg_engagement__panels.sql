-- Who sits on panels and other standing groups, in the shape of panels. A panel that is its own host belongs where its newest
-- exercise was held.
with hosts as (
    select distinct on (sender)
        sender,
        host_organisation_code
    from {{ ref('stg_engagement__exercises') }}
    where host_organisation_code <> sender
    order by sender asc, started_on desc, exercise_id desc
),

told as (
    select
        panel.*,
        raw.identifier(panel.panel_id) as shown_panel_id,
        case
            when panel.host_organisation_code <> panel.sender then panel.host_organisation_code
            else coalesce(hosts.host_organisation_code, panel.sender)
        end as about_code,
        {{ known_group('panel.characteristic', 'panel.group_name') }} as answer
    from {{ ref('stg_engagement__groups') }} as panel
    left join hosts on panel.sender = hosts.sender
)

select
    max(extract_id) as extract_id,
    'engagement' as source,
    sender as organisation_code,
    max(about_code) as about_code,
    shown_panel_id as panel_id,
    as_at,
    characteristic,
    answer,
    case when count(people_null_reason) = 0 then sum(people)::integer end as people,
    sum(people_low)::integer as people_low,
    case when bool_and(people_high is not null) then sum(people_high)::integer end as people_high,
    max(people_null_reason) as null_reason
from told
group by sender, shown_panel_id, as_at, characteristic, answer
