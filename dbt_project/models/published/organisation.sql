select
    organisation_code,
    organisation_name,
    organisation_level,
    icb_code,
    icb_name
from {{ ref('dim_organisation') }}
where
    is_current
    and (
        organisation_code in (select measure.organisation_code from {{ ref('measure') }} as measure)
        or organisation_code in (select operational.organisation_code from {{ ref('operational') }} as operational)
    )
