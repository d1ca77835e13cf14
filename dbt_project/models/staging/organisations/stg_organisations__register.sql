-- The register as it stands in the newest extract of each list. Publishers' files of different months hold the same codes,
-- so that only the newest counts.
with newest as (
    select distinct on (part)
        extract_id,
        part,
        period_end
    from {{ extracts_in_use('organisations') }} as extracts
    order by part asc, period_end desc
)

select
    register.extract_id,
    register.organisation_code,
    register.name as organisation_name,
    newest.period_end as as_at,
    case
        when newest.part = 'trusts' then 'trust'
        when register.prescribing_setting = '4' or 'RO76' = any(string_to_array(register.prescribing_setting, '|')) then 'practice'
        else 'other_prescriber'
    end as organisation_level,
    nullif(register.high_level_health_geography, '') as icb_code,
    nullif(register.commissioner, '') as sub_icb_code,
    nullif(register.postcode, '') as postcode,
    case
        when register.close_date <> '' then 'closed'
        when register.status_code in ('C', 'INACTIVE') then 'closed'
        when register.status_code in ('D', 'DORMANT') then 'dormant'
        when register.status_code = 'P' then 'proposed'
        else 'open'
    end as status,
    to_date(nullif(register.open_date, ''), 'YYYYMMDD') as opened_on,
    to_date(nullif(register.close_date, ''), 'YYYYMMDD') as closed_on
from {{ source('organisations', 'organisations') }} as register
inner join newest on register.extract_id = newest.extract_id
