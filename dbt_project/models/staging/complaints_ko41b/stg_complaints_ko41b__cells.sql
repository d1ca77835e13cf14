-- One row per number of the KO41b files: whose it is (a practice's contract, or a sub-ICB), which section of the return, and
-- which line of it.
-- Whose row it is is looked up once a row, not once a cell: hence `materialized`.
with rows_sent as materialized (
    {{ written_complaint_rows('complaints_ko41b', 'organisation_code', 'practice', 'sub_icb') }}
)

select
    {{ written_complaint_row('complaints_ko41b', 'rows_sent') }},
    published.field,
    case left(published.field, 2)
        when '2.' then 'age'
        when '3.' then 'status'
        when '4.' then 'subject'
        when '5.' then 'profession'
        else 'complaints'
    end as section,
    regexp_replace(published.field, '^[2345][.][0-9]+ ', '') as item,
    published.field ~* 'total$' as is_total,
    case when btrim(published.cell) ~ '^[0-9][0-9,]*$' then replace(btrim(published.cell), ',', '')::bigint end as number
from rows_sent
cross join lateral unnest(rows_sent.fields, rows_sent.cells) as published (field, cell)
where
    published.field not in (
        'year', 'return', 'region_code', 'region_name', 'icb_code', 'icb_name', 'sub_icb_code', 'sub_icb_name', 'organisation_code',
        'organisation_name', 'contract_number'
    )
