select
    extract_id,
    organisation_code,
    organisation_name,
    organisation_level,
    icb_code,
    period_end
from {{ ref('stg_gpps__areas') }}
where organisation_level in ('practice', 'pcn', 'icb')

union

select
    extract_id,
    icb_code as organisation_code,
    icb_name as organisation_name,
    'icb' as organisation_level,
    icb_code,
    period_end
from {{ ref('stg_gpps__areas') }}
where organisation_level in ('practice', 'pcn') and icb_code is not null
