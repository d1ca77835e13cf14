-- One row per published cell of a question: `<stem>_<answer>.<statistic>`, or `<stem>.<statistic>` for what belongs to the whole
-- question. A statistic that ends in b belongs to a question's second summary. The grammar is read once per header.
with columns as (
    select
        header.extract_id,
        header.sheet,
        named.position,
        parsed.part[1] as stem,
        parsed.part[2]::integer as answer,
        parsed.part[3] as statistic,
        coalesce(parsed.part[4], '') as variant
    from {{ source('raw_headers', 'header') }} as header
    inner join {{ extracts_in_use('gpps') }} as extracts on header.extract_id = extracts.extract_id
    cross join lateral unnest(header.names) with ordinality as named (name, position)
    cross join
        lateral
        regexp_match(
            named.name,
            '^([a-z_]+?)(?:_(\d+))?\.(count|pct|base(?:full|eval)u?w|(?:count|pct|lowil|hiwil)eval)(b)?$'
        ) as parsed (part)
    where parsed.part is not null
)

select
    gpps.extract_id,
    gpps.row_number,
    columns.stem,
    columns.answer,
    columns.statistic,
    columns.variant,
    published.cell,
    {{ gpps_number('published.cell') }} as number,
    {{ gpps_null_reason('published.cell') }} as null_reason
from {{ source('gpps', 'gpps') }} as gpps
cross join lateral unnest(gpps.cells) with ordinality as published (cell, position)
inner join columns
    on
        gpps.extract_id = columns.extract_id
        and gpps.sheet = columns.sheet
        and published.position = columns.position
