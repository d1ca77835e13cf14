-- Which sub-ICB belongs to which Cancer Alliance, as the newest list says. The only bridge between alliances and boards: an
-- alliance can hold parts of several boards, and is never taken for one by its name.
with newest as (
    select extract_id
    from {{ extracts_in_use('cancer_survey') }} as extracts
    where part = 'alliance-mapping'
    order by period_end desc, received_at desc
    limit 1
)

select
    raw.extract_id,
    {{ cell('sub_icb_code') }} as sub_icb_code,
    {{ cell('sub_icb_name') }} as sub_icb_name,
    {{ cell('alliance_code') }} as alliance_code,
    {{ cell('alliance_name') }} as alliance_name
from {{ source('cancer_survey', 'cancer_survey') }} as raw
inner join newest on raw.extract_id = newest.extract_id
inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
