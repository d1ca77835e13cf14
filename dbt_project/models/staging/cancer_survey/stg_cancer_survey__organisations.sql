select distinct
    extract_id,
    organisation_code,
    organisation_name,
    organisation_level,
    case organisation_level when 'icb' then organisation_code end as icb_code,
    period_end
from {{ ref('stg_cancer_survey__rows') }}
where organisation_level <> 'england'
