-- Which organisation an ONS code of a sub-ICB location stands for, and when a list last said so. The ODS code stays when a boundary
-- changes, the ONS code does not.
with listed as (
    select
        sub_icb_ons_code as area_ons_code,
        sub_icb_code as organisation_code,
        as_at
    from {{ ref('stg_populations__practice_map') }}

    union all

    select
        sub_icb_ons_code as area_ons_code,
        sub_icb_code as organisation_code,
        as_at
    from {{ ref('stg_populations__lsoa_icb') }}
)

select
    area_ons_code,
    organisation_code,
    max(as_at) as as_at
from listed
where area_ons_code is not null and organisation_code is not null
group by area_ons_code, organisation_code
