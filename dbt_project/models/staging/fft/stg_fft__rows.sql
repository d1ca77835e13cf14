-- Rows of organisations, with what each is: England's rows, the selection's and those left from formatting have no code, and are
-- not among them. The level is told by the columns that a sheet has.
with rows_of_sheets as (
    select
        fft.extract_id,
        fft.sheet,
        fft.row_number,
        fft.cells,
        header.fields,
        extracts.part as setting,
        extracts.period_start,
        extracts.period_end,
        {{ cell('icb_code', row='fft') }} as icb_code,
        {{ cell('icb_name', row='fft') }} as icb_name,
        {{ cell('provider_code', row='fft') }} as provider_code,
        {{ cell('provider_name', row='fft') }} as provider_name,
        {{ cell('site_code', row='fft') }} as site_code,
        {{ cell('site_name', row='fft') }} as site_name,
        {{ cell('practice_code', row='fft') }} as practice_code,
        {{ cell('practice_name', row='fft') }} as practice_name,
        regexp_replace({{ cell('ward_name', row='fft') }}, '\s+', ' ', 'g') as ward_name,
        {{ cell('first_speciality', row='fft') }} as first_speciality,
        {{ cell('second_speciality', row='fft') }} as second_speciality,
        case substring(fft.sheet from ' Q([1-4])$')
            when '1' then 'antenatal'
            when '2' then 'birth'
            when '3' then 'postnatal_ward'
            when '4' then 'postnatal_community'
            else ''
        end as stage
    from {{ source('fft', 'fft') }} as fft
    inner join {{ extracts_in_use('fft') }} as extracts on fft.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header
        on fft.extract_id = header.extract_id and fft.sheet = header.sheet
),

levelled as (
    select
        *,
        case
            when 'ward_name' = any(fields) then 'ward'
            when 'site_code' = any(fields) then 'site'
            when 'practice_code' = any(fields) then 'practice'
            when 'provider_code' = any(fields) then 'provider'
            when icb_code = 'IS1' then 'independent_sector'
            else 'icb'
        end as organisation_level
    from rows_of_sheets
)

select
    *,
    -- A ward has no code: it is its site, its name and its specialities.
    case
        when organisation_level = 'ward'
            then lower(ward_name) || '|' || coalesce(first_speciality, '') || '|' || coalesce(second_speciality, '')
        else ''
    end as ward_key,
    case organisation_level
        when 'practice' then practice_code
        when 'provider' then provider_code
        when 'site' then site_code
        when 'ward' then site_code
        else icb_code
    end as organisation_code,
    case organisation_level
        when 'practice' then practice_name
        when 'provider' then provider_name
        when 'site' then site_name
        when 'ward' then ward_name
        else icb_name
    end as organisation_name
from levelled
where
    coalesce(practice_code, provider_code, icb_code) ~ '[A-Za-z0-9]'
    and btrim((array_remove(cells, ''))[1]) !~ '^(England|Selection)'
