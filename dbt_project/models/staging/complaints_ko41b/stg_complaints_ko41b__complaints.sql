-- Complaints per practice contract and per sub-ICB and year. A practice that is not here sent no return: it is not one without
-- complaints.
with totals as (
    select
        extract_id,
        sheet,
        row_number,
        period_start,
        period_end,
        row_level,
        icb_code,
        icb_name,
        return_name,
        sub_icb_code,
        sub_icb_name,
        organisation_code,
        organisation_name,
        contract_number,
        max(number) filter (where field = 'brought_forward') as brought_forward,
        max(number) filter (where field = 'new') as new_complaints,
        max(number) filter (where field = 'resolved') as resolved,
        max(number) filter (where field = 'upheld') as upheld,
        max(number) filter (where field = 'partially_upheld') as partially_upheld,
        max(number) filter (where field = 'not_upheld') as not_upheld,
        max(number) filter (where field = 'carried_forward') as carried_forward,
        sum(number) filter (where section = 'subject' and not is_total)::bigint as subjects_raised
    from {{ ref('stg_complaints_ko41b__cells') }}
    group by
        extract_id,
        sheet,
        row_number,
        period_start,
        period_end,
        row_level,
        icb_code,
        icb_name,
        return_name,
        sub_icb_code,
        sub_icb_name,
        organisation_code,
        organisation_name,
        contract_number
)

select
    *,
    -- The publisher's word for the return: general practice, dental, or complaints that were made to the board itself.
    case
        when return_name ~* 'dent' then 'dental'
        when return_name ~* 'gp|general|medical' then 'gp'
        else 'direct'
    end as return_kind,
    case when new_complaints is null then 'not_submitted' end as new_null_reason,
    case when resolved is null then 'not_submitted' end as resolved_null_reason
from totals
