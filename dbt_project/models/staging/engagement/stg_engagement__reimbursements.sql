-- What people were offered and paid for their time and costs, and how long it took.
with sent as (
    select * from {{ template_table('engagement', 'reimbursements') }} as template
),

payments as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('reimbursement_id') }} as reimbursement_id,
        {{ sent('exercise_id') }} as exercise_id,
        {{ sent('panel_id') }} as panel_id,
        {{ sent('role') }} as role,
        {{ sent('kind') }} as kind,
        {{ sent('hours') }}::numeric as hours,
        {{ sent('offered') }}::numeric as offered,
        {{ sent('paid') }}::numeric as paid,
        {{ template_date(sent('offered_on')) }} as offered_on,
        {{ template_date(sent('claimed_on')) }} as claimed_on,
        {{ template_date(sent('paid_on')) }} as paid_on
    from sent
),

newest as (
    select distinct on (sender, reimbursement_id) *
    from payments
    order by sender asc, reimbursement_id asc, period_end desc, received_at desc
)

select
    extract_id,
    sender,
    reimbursement_id,
    exercise_id,
    panel_id,
    role,
    kind,
    hours,
    offered,
    paid,
    -- Nothing paid yet is not the same as nothing claimed.
    case
        when paid is not null then null
        when claimed_on is null then 'not_applicable'
        else 'not_submitted'
    end as paid_null_reason,
    offered_on,
    claimed_on,
    paid_on,
    paid_on - claimed_on as days_to_pay,
    case
        when paid_on - claimed_on is not null then null
        when claimed_on is null then 'not_applicable'
        else 'not_submitted'
    end as days_to_pay_null_reason
from newest
