-- Issues raised by service, subject, clinical sub-area and profession. One complaint can raise several: they are never divided by
-- complaints. `theme_codes` are the harmonised themes of a subject.
select
    cells.extract_id,
    cells.sheet,
    cells.row_number,
    cells.period_start,
    cells.period_end,
    cells.row_level,
    cells.icb_code,
    cells.icb_name,
    cells.organisation_code,
    cells.organisation_name,
    cells.organisation_type,
    cells.site_code,
    cells.site_name,
    cells.section,
    cells.item,
    cells.number as issues_raised,
    case when cells.number is null then 'not_submitted' end as null_reason,
    case when cells.section = 'subject' then themes.theme_codes end as theme_codes
from {{ ref('stg_complaints_ko41a__cells') }} as cells
left join lateral (
    select array_agg(distinct subject.theme_code order by subject.theme_code) as theme_codes
    from {{ ref('complaint_subject') }} as subject
    where cells.item ~* subject.pattern
) as themes on true
where cells.section in ('service', 'clinical_treatment', 'subject', 'profession') and not cells.is_total
