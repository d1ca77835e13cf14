select distinct
    extract_id,
    organisation_code,
    organisation_name,
    'provider' as organisation_level,
    null::text as icb_code,
    period_end
from {{ ref('stg_ae__attendances') }}
