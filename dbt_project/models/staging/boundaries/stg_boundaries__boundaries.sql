-- The outline of each sub-ICB location; the names of its properties bear the year of the edition.
select
    raw.extract_id,
    raw.id as area_ons_code,
    named.area_name,
    extracts.period_end as as_at,
    (raw.document -> 'geometry')::jsonb as boundary
from {{ source('boundaries', 'boundaries') }} as raw
inner join {{ extracts_in_use('boundaries') }} as extracts on raw.extract_id = extracts.extract_id
cross join lateral (
    select max(btrim(each.value)) as area_name
    from json_each_text(raw.document -> 'properties') as each (key, value)
    where each.key ~* '^sicbl[0-9][0-9]nm$'
) as named
