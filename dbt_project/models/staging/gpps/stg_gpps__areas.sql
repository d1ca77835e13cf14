-- Who each row is about, and how many were asked and answered. Levels are weighted apart by the publisher: none is the sum of
-- another.
select
    gpps.extract_id,
    gpps.row_number,
    extracts.part,
    extracts.period_start,
    extracts.period_end,
    case extracts.part when 'national' then 'england' when 'ics' then 'icb' else extracts.part end as organisation_level,
    case extracts.part
        when 'national' then 'ENG'
        when 'ics' then gpps.cells[array_position(header.names, 'ad_icscode')]
        else gpps.cells[array_position(header.names, 'ad_practicecode')]
    end as organisation_code,
    case extracts.part
        when 'national' then 'England'
        when 'ics' then gpps.cells[array_position(header.names, 'ad_icsname')]
        else gpps.cells[array_position(header.names, 'ad_practicename')]
    end as organisation_name,
    case extracts.part
        when 'national' then 'ENG'
        else gpps.cells[array_position(header.names, 'ad_icscode')]
    end as icb_code,
    gpps.cells[array_position(header.names, 'ad_icsname')] as icb_name,
    {{ gpps_number("gpps.cells[array_position(header.names, 'distributed')]") }} as distributed,
    {{ gpps_number("gpps.cells[array_position(header.names, 'received')]") }} as received,
    {{ gpps_number("gpps.cells[array_position(header.names, 'resprate')]") }} as response_rate
from {{ source('gpps', 'gpps') }} as gpps
inner join {{ extracts_in_use('gpps') }} as extracts on gpps.extract_id = extracts.extract_id
inner join {{ source('raw_headers', 'header') }} as header
    on gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
