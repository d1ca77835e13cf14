-- One row per published cell of the trust benchmark workbook: sheet, trust (none in the national sheet), column and text.
-- Whose row it is is looked up once a row, not once a cell: hence `materialized`.
with trusts as materialized (
    select
        cqc.extract_id,
        cqc.sheet,
        cqc.row_number,
        cqc.cells,
        header.names,
        extracts.period_start,
        extracts.period_end,
        cqc.cells[array_position(header.names, 'TrustCode')] as trust_code,
        cqc.cells[array_position(header.names, 'trustname')] as trust_name
    from {{ source('cqc_inpatient', 'cqc_inpatient') }} as cqc
    inner join {{ extracts_in_use('cqc_inpatient') }} as extracts on cqc.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header
        on cqc.extract_id = header.extract_id and cqc.sheet = header.sheet
)

select
    trusts.extract_id,
    trusts.sheet,
    trusts.row_number,
    trusts.period_start,
    trusts.period_end,
    trusts.trust_code,
    trusts.trust_name,
    published.column_name,
    nullif(published.cell, '') as cell
from trusts
cross join lateral unnest(trusts.names, trusts.cells) as published (column_name, cell)
where published.column_name not in ('TrustCode', 'trustname')
