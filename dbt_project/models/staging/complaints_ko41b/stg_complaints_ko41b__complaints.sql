-- Complaints per practice contract and per sub-ICB and year. A practice that is not here sent no return: it is not one without
-- complaints.
with totals as (
    select
        {{ written_complaint_row('complaints_ko41b') }},
        {{ written_complaint_totals() }},
        sum(number) filter (where section = 'subject' and not is_total)::bigint as subjects_raised
    from {{ ref('stg_complaints_ko41b__cells') }}
    group by {{ written_complaint_row('complaints_ko41b') }}
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
