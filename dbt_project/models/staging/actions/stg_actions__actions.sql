-- One row per action, from the newest register that has it, with what its events and what was heard say. Something changed because
-- people spoke only if they spoke first, the decision came next and the change after it, and somebody looked afterwards.
with sent as (
    select * from {{ template_table('actions', 'actions') }} as template
),

actions as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('action_id') }} as action_id,
        {{ sent('title') }} as title,
        upper({{ sent('organisation') }}) as organisation_code,
        {{ sent('place') }} as place,
        {{ sent('theme') }} as theme,
        {{ sent('pathway') }} as pathway,
        {{ sent('from_touchpoint') }} as from_touchpoint,
        {{ sent('to_touchpoint') }} as to_touchpoint,
        {{ template_date(sent('decided_on')) }} as decided_on,
        {{ sent('decided_by') }} as decided_by,
        {{ sent('owner_role') }} as owner_role,
        {{ sent('size_class') }} as size_class,
        {{ sent('authority_level') }} as authority_level,
        {{ sent('status') }} as status_as_sent,
        {{ sent('aim') }} as aim,
        {{ sent('measure') }} as measure_code,
        {{ template_date(sent('baseline_from')) }} as baseline_from,
        {{ template_date(sent('baseline_to')) }} as baseline_to,
        {{ template_date(sent('effect_expected_on')) }} as effect_expected_on,
        {{ sent('funding_source') }} as funding_source
    from sent
),

newest as (
    select distinct on (sender, action_id) *
    from actions
    order by sender asc, action_id asc, period_end desc, received_at desc
),

states as (
    select
        sender,
        action_id,
        (array_agg(status order by number desc))[1] as status,
        max(happened_on) as status_since,
        min(happened_on) filter (where status = 'done') as done_on,
        min(happened_on) filter (where status = 'evaluated') as evaluated_on,
        max(evidence_on) filter (where status = 'evaluated') as evidence_on,
        max(effect) filter (where status = 'evaluated') as effect
    from {{ ref('stg_actions__events') }}
    group by sender, action_id
),

links as (
    select
        sender,
        action_id,
        count(*) as times_heard,
        min(heard_on) as first_heard_on
    from {{ ref('stg_actions__heard') }}
    group by sender, action_id
)

select
    newest.extract_id,
    newest.sender,
    newest.action_id,
    newest.title,
    newest.organisation_code,
    newest.place,
    newest.theme,
    newest.pathway,
    newest.from_touchpoint,
    newest.to_touchpoint,
    newest.decided_on,
    newest.decided_by,
    newest.owner_role,
    newest.size_class,
    newest.authority_level,
    coalesce(states.status, newest.status_as_sent) as status,
    states.status_since,
    states.done_on,
    states.evaluated_on,
    states.effect,
    newest.aim,
    newest.measure_code,
    newest.baseline_from,
    newest.baseline_to,
    newest.effect_expected_on,
    newest.funding_source,
    coalesce(links.times_heard, 0) as times_heard,
    links.first_heard_on,
    case
        when states.done_on is null then 'not_done'
        when states.effect in ('same', 'worse') then 'no_effect'
        when
            states.effect = 'better' and links.first_heard_on < newest.decided_on and newest.decided_on < states.done_on
            and states.evidence_on > states.done_on
            then 'evidenced'
        else 'claimed'
    end as because_of_feedback
from newest
left join states on newest.sender = states.sender and newest.action_id = states.action_id
left join links on newest.sender = links.sender and newest.action_id = links.action_id
