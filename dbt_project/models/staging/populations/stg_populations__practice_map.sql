-- Which network, location, board and region each practice belonged to on a day; old names of the columns and new.
select
    raw.extract_id,
    extracts.period_end as as_at,
    raw.practice_code as organisation_code,
    raw.practice_name as organisation_name,
    nullif(raw.practice_postcode, '') as postcode,
    -- a practice in no network has a U or a blank for one
    case when raw.pcn_code ~ '^U[0-9]+$' then raw.pcn_code end as pcn_code,
    case when raw.pcn_code ~ '^U[0-9]+$' then raw.pcn_name end as pcn_name,
    coalesce(raw.sub_icb_location_code, raw.ccg_code) as sub_icb_code,
    coalesce(raw.ons_sub_icb_location_code, raw.ons_ccg_code) as sub_icb_ons_code,
    coalesce(raw.icb_code, raw.stp_code) as icb_code,
    coalesce(raw.ons_icb_code, raw.ons_stp_code) as icb_ons_code,
    coalesce(raw.icb_name, raw.stp_name) as icb_name,
    raw.comm_region_code as region_code
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where extracts.part = 'practice_map'
