-- What the other models leave out because it is not an area of England: how many rows and people of which list.
select
    raw.extract_id,
    extracts.part,
    extracts.period_end as as_at,
    case
        when coalesce(raw.lsoa_code, raw.lsoa21_code) like 'W01%' then 'Wales'
        when coalesce(raw.lsoa_code, raw.lsoa21_code) like 'S01%' then 'Scotland'
        else 'no known area'
    end as reason,
    count(*) as left_out_rows,
    sum(case when raw.lsoa_code is not null then raw.number_of_patients else raw.n::numeric::bigint end) as people,
    case when extracts.part = 'lsoa_bridge' then 'not_applicable' end as people_null_reason
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where coalesce(raw.lsoa_code, raw.lsoa21_code) not like 'E01%'
group by raw.extract_id, extracts.part, extracts.period_end, reason
