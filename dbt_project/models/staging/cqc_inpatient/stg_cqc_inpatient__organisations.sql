select distinct
    extract_id,
    trust_code as organisation_code,
    trust_name as organisation_name,
    'trust' as organisation_level,
    null::text as icb_code,
    period_end
from {{ ref('stg_cqc_inpatient__cells') }}
where sheet = 'Trust_Scores'
