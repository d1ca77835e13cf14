select distinct
    extract_id,
    organisation_code,
    organisation_name,
    case
        when organisation_type ~* 'trust' then 'trust'
        when organisation_type ~* 'integrated care|icb' then 'icb'
        else 'provider'
    end as organisation_level,
    icb_code,
    period_end
from {{ ref('stg_complaints_ko41a__complaints') }}
where row_level = 'organisation'

union

{{ written_complaint_boards('complaints_ko41a') }}
