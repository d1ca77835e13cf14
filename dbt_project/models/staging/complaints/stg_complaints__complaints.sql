-- Complaints, each with its statutory clock (2009 Regulations: acknowledged within three working days) and what became of it.
with records as (
    select
        records.*,
        {{ working_days('records.received', 'records.acknowledged') }} as acknowledged_after,
        {{ working_days('records.received', 'records.completed') }} as completed_after
    from {{ ref('stg_complaints__records') }} as records
    where records.left_out is null
),

follow_ups as (
    select
        sender,
        follows_reference,
        count(*) as letters
    from {{ ref('stg_complaints__left_out') }}
    where reason = 'follow_up'
    group by sender, follows_reference
)

select
    {{ log_voice_columns('complaints') }},
    records.acknowledged as acknowledged_on,
    records.due as due_on,
    records.completed as completed_on,
    records.closed as closed_on,
    records.acknowledged_after as acknowledged_working_days,
    case
        when records.acknowledged_after is not null then null
        when array_position(records.fields, 'acknowledged') is null then 'not_collected'
        when records.acknowledged is null then 'not_submitted'
        else 'not_applicable'
    end as acknowledged_null_reason,
    records.acknowledged_after <= 3 as acknowledged_in_time,
    records.completed_after as response_working_days,
    case
        when records.completed_after is not null then null
        when array_position(records.fields, 'completed') is null then 'not_collected'
        when records.completed is null then 'not_submitted'
        else 'not_applicable'
    end as response_null_reason,
    records.completed <= records.due as responded_in_time,
    case
        when records.received > records.event_date + interval '12 months' then false
        when records.event_date is not null then true
    end as within_time_limit,
    coalesce(records.status_means, 'not_known') as status,
    case
        when records.outcome is null then 'none_yet'
        else coalesce(records.outcome_means, 'unknown_word')
    end as outcome,
    records.outcome_means in ('upheld', 'partially_upheld') as well_founded,
    coalesce(records.status_means = 'with_ombudsman', false) as with_ombudsman,
    coalesce(records.status_means = 're_opened', false) or coalesce(records.reopened ~ '^[1-9]', false) as re_opened,
    coalesce(follow_ups.letters, 0)::integer as follow_ups,
    raw.reference(records.pals_reference) as pals_reference,
    records.division,
    records.action as action_text
from records
left join follow_ups on records.sender = follow_ups.sender and records.reference = follow_ups.follows_reference
