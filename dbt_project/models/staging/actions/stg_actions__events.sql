-- What happened to each action, from the newest register that has the event. `status` is the state that it brought.
with sent as (
    select * from {{ template_table('actions', 'events') }} as template
),

events as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('action_id') }} as action_id,
        {{ sent('number') }}::integer as number,
        {{ sent('event') }} as status,
        {{ template_date(sent('happened_on')) }} as happened_on,
        {{ sent('reason') }} as reason,
        {{ sent('evidence') }} as evidence,
        {{ template_date(sent('evidence_date')) }} as evidence_on,
        {{ sent('effect') }} as effect
    from sent
),

newest as (
    select distinct on (sender, action_id, number) *
    from events
    order by sender asc, action_id asc, number asc, period_end desc, received_at desc
)

select
    newest.extract_id,
    newest.sender,
    newest.action_id,
    newest.number,
    newest.status,
    lag(newest.status) over events as status_before,
    newest.happened_on,
    newest.happened_on - lag(newest.happened_on) over events as days_in_status_before,
    newest.reason,
    newest.evidence,
    newest.evidence_on,
    newest.effect
from newest
window events as (partition by newest.sender, newest.action_id order by newest.number)
