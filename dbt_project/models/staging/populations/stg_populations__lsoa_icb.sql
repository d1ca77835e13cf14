-- Which sub-ICB location and ICB a small area lay in.
select
    raw.extract_id,
    extracts.period_end as as_at,
    raw.lsoa21_code as lsoa,
    2021 as vintage,
    raw.sicbl24_code_nhs as sub_icb_code,
    raw.sicbl24_code as sub_icb_ons_code,
    raw.icb24_code_nhs as icb_code,
    raw.icb24_code as icb_ons_code,
    raw.icb24_name as icb_name
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where extracts.part = 'lsoa_icb'
