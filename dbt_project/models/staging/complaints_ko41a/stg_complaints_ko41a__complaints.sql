-- Complaints per organisation and per site and year. A site whose code is the trust's own holds what belongs to no site.
with totals as (
    select
        {{ written_complaint_row('complaints_ko41a') }},
        {{ written_complaint_totals() }},
        max(number) filter (where field = 'service_total') as services_named,
        max(number) filter (where field = 'subject_total') as subjects_raised,
        max(number) filter (where field = 'profession_total') as professions_named
    from {{ ref('stg_complaints_ko41a__cells') }}
    group by {{ written_complaint_row('complaints_ko41a') }}
)

select
    *,
    coalesce(site_code = organisation_code, false) as is_pseudo_site,
    case when new_complaints is null then 'not_submitted' end as new_null_reason,
    case when resolved is null then 'not_submitted' end as resolved_null_reason
from totals
