-- Every piece of feedback and every recommendation once, from the newest extract of its sender that holds it, whether it came as
-- CSV or as JSON: `sent` has its cells under our names.
with rows as (
    select
        raw.extract_id,
        raw.row_number,
        extracts.sender,
        extracts.period_end,
        extracts.received_at,
        split_part(extracts.part, ' ', 1) as part,
        coalesce(
            raw.document::jsonb,
            (
                select jsonb_object_agg(each.field, each.cell)
                from unnest(header.fields, raw.cells) as each (field, cell)
                where each.field <> '' and each.cell is not null
            )
        ) as sent
    from {{ source('healthwatch', 'healthwatch') }} as raw
    inner join {{ extracts_in_use('healthwatch') }} as extracts on raw.extract_id = extracts.extract_id
    left join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
),

identified as (
    select
        rows.*,
        case
            when rows.part = 'feedback' then lower(coalesce(nullif(btrim(rows.sent ->> 'uuid'), ''), btrim(rows.sent ->> 'id')))
            else upper(btrim(rows.sent ->> 'report')) || ' ' || upper(btrim(rows.sent ->> 'id'))
        end as record_id
    from rows
)

select distinct on (sender, part, record_id)
    extract_id,
    row_number,
    sender,
    part,
    record_id,
    sent
from identified
order by sender asc, part asc, record_id asc, period_end desc, received_at desc, extract_id asc, row_number asc
