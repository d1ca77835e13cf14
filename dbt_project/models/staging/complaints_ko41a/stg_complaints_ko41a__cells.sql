-- One row per number of the KO41a files: whose it is (an organisation, or one of its sites), which section of the return, and
-- which line of it.
-- Whose row it is is looked up once a row, not once a cell: hence `materialized`.
with rows_sent as materialized (
    {{ written_complaint_rows('complaints_ko41a', 'site_code', 'site', 'organisation') }}
)

select
    {{ written_complaint_row('complaints_ko41a', 'rows_sent') }},
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
