-- One row per number of the KO41a files: whose it is (an organisation, or one of its sites), which section of the return, and
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
        case when 'site_code' = any(header.fields) then 'site' else 'organisation' end as row_level,
        {{ cell('icb_code') }} as icb_code,
        {{ cell('icb_name') }} as icb_name,
        {{ cell('organisation_code') }} as organisation_code,
        {{ cell('organisation_name') }} as organisation_name,
        {{ cell('organisation_type') }} as organisation_type,
        {{ cell('site_code') }} as site_code,
        {{ cell('site_name') }} as site_name
    from {{ source('complaints_ko41a', 'complaints_ko41a') }} as raw
    inner join {{ extracts_in_use('complaints_ko41a') }} as extracts on raw.extract_id = extracts.extract_id
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
    rows_sent.organisation_type,
    rows_sent.site_code,
    rows_sent.site_name,
    published.field,
    case
        when published.field ~ '^age_total$|^Age_' then 'age'
        when published.field ~ '^status_total$|^Status_' then 'status'
        when published.field ~ '^service_total$|^Service_' then 'service'
        when published.field ~ '^Clinical_Treatment_' then 'clinical_treatment'
        when published.field ~ '^subject_total$|^Subject_Area_' then 'subject'
        when published.field ~ '^profession_total$|^Profession_' then 'profession'
        else 'complaints'
    end as section,
    replace(
        regexp_replace(published.field, '^(Age|Status|Service|Clinical_Treatment|Subject_Area|Profession)_', ''), '_', ' '
    ) as item,
    published.field ~* 'total$' as is_total,
    case when btrim(published.cell) ~ '^[0-9][0-9,]*$' then replace(btrim(published.cell), ',', '')::bigint end as number
from rows_sent
cross join lateral unnest(rows_sent.fields, rows_sent.cells) as published (field, cell)
where
    published.field not in (
        'year', 'region_code', 'region_name', 'icb_code', 'icb_name', 'organisation_code', 'organisation_name', 'site_code',
        'site_name', 'organisation_type'
    )
