-- Where the patients of a trust live, in the newest list: shares of ICBs, which that list knows by their ONS code alone.
with codes as (
    select distinct
        icb_ons_code,
        icb_code
    from {{ ref('stg_populations__lsoa_icb') }}
),

listed as (
    select
        *,
        max(as_at) over () as newest
    from {{ ref('stg_populations__trust_catchment') }}
)

select
    listed.organisation_code,
    coalesce(codes.icb_code, listed.icb_ons_code) as area_code,
    'icb' as area_level,
    listed.share,
    listed.as_at
from listed
left join codes on listed.icb_ons_code = codes.icb_ons_code
where listed.as_at = listed.newest and listed.share is not null
