-- Index of Multiple Deprivation by small area: 1 is the most deprived. Ranks of different editions are not to be compared, and the
-- editions are of different vintages of areas.
with cells as (
    select
        raw.extract_id,
        case extracts.part when 'imd_2019' then 2019 else 2025 end as edition,
        {{ cell('lsoa_code') }} as lsoa,
        {{ cell('lsoa_name') }} as lsoa_name,
        {{ cell('district_code') }} as district_code,
        {{ cell('district_name') }} as district_name,
        {{ cell('rank') }}::integer as rank,
        {{ cell('decile') }}::integer as decile
    from {{ source('populations', 'populations') }} as raw
    inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where extracts.part in ('imd_2019', 'imd_2025')
)

select
    extract_id,
    lsoa,
    lsoa_name,
    case edition when 2019 then 2011 else 2021 end as vintage,
    edition,
    district_code,
    district_name,
    rank,
    decile,
    (decile + 1) / 2 as quintile
from cells
