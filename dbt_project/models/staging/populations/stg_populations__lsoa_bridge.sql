-- Small areas of 2011 and of 2021. Only unchanged and split ones carry a figure over without a guess: a split area's figure holds
-- for each of its parts where it is a level (a decile), never where it is a count.
select
    raw.extract_id,
    raw.lsoa11_code as lsoa11,
    raw.lsoa21_code as lsoa21,
    raw.change_code,
    case raw.change_code when 'U' then 'unchanged' when 'S' then 'split' when 'M' then 'merged' else 'irregular' end as change,
    raw.ltla22_code as district_code,
    raw.ltla22_name as district_name
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where extracts.part = 'lsoa_bridge' and raw.lsoa21_code like 'E01%'
