-- Complaints per organisation and per site and year. A site whose code is the trust's own holds what belongs to no site.
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
        organisation_code,
        organisation_name,
        organisation_type,
        site_code,
        site_name,
        max(number) filter (where field = 'brought_forward') as brought_forward,
        max(number) filter (where field = 'new') as new_complaints,
        max(number) filter (where field = 'resolved') as resolved,
        max(number) filter (where field = 'upheld') as upheld,
        max(number) filter (where field = 'partially_upheld') as partially_upheld,
        max(number) filter (where field = 'not_upheld') as not_upheld,
        max(number) filter (where field = 'carried_forward') as carried_forward,
        max(number) filter (where field = 'service_total') as services_named,
        max(number) filter (where field = 'subject_total') as subjects_raised,
        max(number) filter (where field = 'profession_total') as professions_named
    from {{ ref('stg_complaints_ko41a__cells') }}
    group by
        extract_id,
        sheet,
        row_number,
        period_start,
        period_end,
        row_level,
        icb_code,
        icb_name,
        organisation_code,
        organisation_name,
        organisation_type,
        site_code,
        site_name
)

select
    *,
    coalesce(site_code = organisation_code, false) as is_pseudo_site,
    case when new_complaints is null then 'not_submitted' end as new_null_reason,
    case when resolved is null then 'not_submitted' end as resolved_null_reason
from totals
