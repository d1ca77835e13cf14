-- New complaints by the patient's age and by who complained: each complaint stands in one line of either.
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
    section as characteristic,
    item as group_name,
    number as new_complaints,
    case when number is null then 'not_submitted' end as null_reason
from {{ ref('stg_complaints_ko41a__cells') }}
where section in ('age', 'status') and not is_total
