select distinct
    extract_id,
    organisation_code,
    organisation_name,
    case return_kind when 'dental' then 'dental_practice' else 'practice' end as organisation_level,
    icb_code,
    period_end
from {{ ref('stg_complaints_ko41b__complaints') }}
where row_level = 'practice'

union

select
    extract_id,
    sub_icb_code as organisation_code,
    sub_icb_name as organisation_name,
    'sub_icb' as organisation_level,
    icb_code,
    period_end
from {{ ref('stg_complaints_ko41b__complaints') }}
where sub_icb_code is not null

union

{{ written_complaint_boards('complaints_ko41b') }}
