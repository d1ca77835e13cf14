-- One row per number of the KO41b files: whose it is (a practice's contract, or a sub-ICB), which section of the return, and
-- which line of it.
-- Whose row it is is looked up once a row, not once a cell: hence `materialized`.
with rows_sent as materialized (
    select
        raw.extract_id,
        raw.sheet,
        raw.row_number,
        raw.cells,
        header.fields,
        extracts.period_start,
        extracts.period_end,
        case when 'organisation_code' = any(header.fields) then 'practice' else 'sub_icb' end as row_level,
        {{ cell('icb_code') }} as icb_code,
        {{ cell('icb_name') }} as icb_name,
        {{ cell('organisation_code') }} as organisation_code,
        {{ cell('organisation_name') }} as organisation_name,
        {{ cell('return') }} as return_name,
        {{ cell('sub_icb_code') }} as sub_icb_code,
        {{ cell('sub_icb_name') }} as sub_icb_name,
        {{ cell('contract_number') }} as contract_number
    from {{ source('complaints_ko41b', 'complaints_ko41b') }} as raw
    inner join {{ extracts_in_use('complaints_ko41b') }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
)

select
    rows_sent.extract_id,
    rows_sent.sheet,
    rows_sent.row_number,
    rows_sent.period_start,
    rows_sent.period_end,
    rows_sent.row_level,
    rows_sent.icb_code,
    rows_sent.icb_name,
    rows_sent.organisation_code,
    rows_sent.organisation_name,
    rows_sent.return_name,
    rows_sent.sub_icb_code,
    rows_sent.sub_icb_name,
    rows_sent.contract_number,
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
