select distinct
    extract_id,
    provider_code as organisation_code,
    provider_name as organisation_name,
    'provider' as organisation_level,
    provider_icb_code as icb_code,
    period_end
from {{ ref('stg_rtt__waiting') }}

union all

select
    extract_id,
    commissioner_code as organisation_code,
    max(commissioner_name) as organisation_name,
    'sub_icb' as organisation_level,
    max(commissioner_icb_code) as icb_code,
    period_end
from {{ ref('stg_rtt__waiting') }}
where commissioner_icb_code <> commissioner_code
group by extract_id, commissioner_code, period_end

union all

select distinct
    extract_id,
    commissioner_icb_code as organisation_code,
    commissioner_icb_name as organisation_name,
    'icb' as organisation_level,
    commissioner_icb_code as icb_code,
    period_end
from {{ ref('stg_rtt__waiting') }}
where commissioner_icb_code is not null
