-- Who sits on panels and other standing groups, day by day that it was counted: composition, how people came to it, for how long.
with sent as (
    select * from {{ template_table('engagement', 'panels') }} as template
),

counted as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('panel_id') }} as panel_id,
        {{ sent('title') }} as title,
        {{ sent('kind') }} as kind,
        upper({{ sent('host_org') }}) as host_organisation_code,
        {{ template_date(sent('as_at')) }} as as_at,
        {{ sent('characteristic') }} as characteristic,
        {{ sent('group') }} as group_name,
        {{ sent('people') }} as people_as_sent
    from sent
),

newest as (
    select distinct on (sender, panel_id, as_at, characteristic, group_name) *
    from counted
    order by sender asc, panel_id asc, as_at asc, characteristic asc, group_name asc, period_end desc, received_at desc
)

select
    extract_id,
    sender,
    panel_id,
    title,
    kind,
    host_organisation_code,
    as_at,
    characteristic,
    group_name,
    case when characteristic = 'all' then 'all' else characteristic || ':' || group_name end as group_code,
    people_as_sent,
    {{ people_number('people_as_sent') }} as people,
    {{ people_low('people_as_sent') }} as people_low,
    {{ people_high('people_as_sent') }} as people_high,
    {{ people_null_reason('people_as_sent') }} as people_null_reason
from newest
