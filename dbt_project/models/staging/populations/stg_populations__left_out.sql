-- What the other models leave out because it is not an area of England: how many rows and people of which list.
with listed as (
    select
        raw.extract_id,
        extracts.part,
        extracts.period_end as as_at,
        coalesce(raw.lsoa_code, raw.lsoa21_code, {{ cell('lsoa_code') }}) as lsoa,
        case
            when raw.lsoa_code is not null then raw.number_of_patients
            when raw.cells is not null then {{ cell('residents') }}::bigint
            else raw.n::numeric::bigint
        end as people
    from {{ source('populations', 'populations') }} as raw
    inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
)

select
    extract_id,
    part,
    as_at,
    case
        when lsoa like 'W01%' then 'Wales'
        when lsoa like 'S01%' then 'Scotland'
        else 'no known area'
    end as reason,
    count(*) as left_out_rows,
    sum(people) as people,
    case when part = 'lsoa_bridge' then 'not_applicable' end as people_null_reason
from listed
where lsoa not like 'E01%'
group by extract_id, part, as_at, reason
