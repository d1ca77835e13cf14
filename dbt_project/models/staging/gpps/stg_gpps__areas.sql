-- Who each row is about, and how many were asked and answered. Levels are weighted apart by the publisher: none is the sum of
-- another.
select
    {{ gpps_area() }}
from {{ source('gpps', 'gpps') }} as gpps
inner join {{ extracts_in_use('gpps') }} as extracts on gpps.extract_id = extracts.extract_id
inner join {{ source('raw_headers', 'header') }} as header
    on gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
