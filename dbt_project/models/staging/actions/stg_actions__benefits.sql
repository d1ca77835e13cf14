-- What an action is said to have saved or gained, worked out again: people × cost of one of them a year × years. A claim adds up
-- when it is within 0.5 % of that, and can be held against its cost only over the same months.
with sent as (
    select * from {{ template_table('actions', 'benefits') }} as template
),

claims as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('claim_id') }} as claim_id,
        {{ sent('action_id') }} as action_id,
        {{ sent('amount') }}::numeric as amount,
        {{ sent('unit') }} as unit,
        {{ sent('unit_cost') }}::numeric as unit_cost,
        {{ sent('n') }}::numeric as n,
        {{ sent('period_months') }}::integer as period_months,
        {{ sent('cost_amount') }}::numeric as cost_amount,
        {{ sent('cost_period_months') }}::integer as cost_period_months,
        {{ sent('counterfactual') }} as counterfactual,
        {{ sent('observed_or_modelled') }} as observed_or_modelled,
        {{ sent('price_year') }} as price_year,
        {{ template_date(sent('claimed_on')) }} as claimed_on
    from sent
),

newest as (
    select distinct on (sender, claim_id) *
    from claims
    order by sender asc, claim_id asc, period_end desc, received_at desc
),

worked_out as (
    select
        *,
        round(n * unit_cost * period_months / 12, 2) as recomputed_amount,
        round(n * unit_cost * cost_period_months / 12, 2) as recomputed_over_cost_period
    from newest
)

select
    extract_id,
    sender,
    claim_id,
    action_id,
    amount,
    unit,
    unit_cost,
    n,
    period_months,
    cost_amount,
    cost_period_months,
    counterfactual,
    observed_or_modelled,
    price_year,
    claimed_on,
    recomputed_amount,
    case when recomputed_amount is null then 'not_submitted' end as recomputed_amount_null_reason,
    abs(amount - recomputed_amount) <= 0.005 * recomputed_amount as adds_up,
    period_months = cost_period_months as periods_match,
    -- Like for like: what the parts of the claim give over the months that the cost is of.
    recomputed_over_cost_period - cost_amount as net_over_cost_period,
    case when cost_amount > 0 then round(recomputed_over_cost_period / cost_amount, 2) end as ratio_over_cost_period,
    case
        when recomputed_over_cost_period is null or cost_amount is null then 'not_submitted'
        when cost_amount = 0 then 'not_applicable'
    end as ratio_null_reason
from worked_out
