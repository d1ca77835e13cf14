-- Organisations as each file lists them, both dialects in the same words. An organisation may be in several lists.
with classic as (
    select
        register.extract_id,
        register.organisation_code,
        register.name as organisation_name,
        snapshots.part,
        snapshots.as_at,
        snapshots.snapshot,
        snapshots.is_newest,
        string_to_array(
            case
                when register.prescribing_setting like 'RO%' then register.prescribing_setting
                else register.organisation_sub_type_code
            end,
            '|'
        ) as roles,
        register.prescribing_setting = '4' as is_practice,
        -- outside England the legacy dialect writes Q99 and W00 where the other leaves a blank
        case
            when register.high_level_health_geography not in ('', 'Q99', 'W00') then register.high_level_health_geography
        end as icb_code,
        nullif(register.commissioner, '') as parent_code,
        nullif(register.postcode, '') as postcode,
        case
            when register.close_date <> '' then 'closed'
            when register.status_code in ('C', 'INACTIVE') then 'closed'
            when register.status_code in ('D', 'DORMANT') then 'dormant'
            when register.status_code = 'P' then 'proposed'
            else 'open'
        end as status,
        {{ day('register.open_date') }} as opened_on,
        {{ day('register.close_date') }} as closed_on,
        {{ day('register.join_provider_purchaser_date') }} as joined_on,
        {{ day('register.left_provider_purchaser_date') }} as left_on
    from {{ source('organisations', 'organisations') }} as register
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on register.extract_id = snapshots.extract_id
    where register.organisation_code is not null
),

named as (
    select
        raw.extract_id,
        snapshots.part,
        snapshots.as_at,
        snapshots.snapshot,
        snapshots.is_newest,
        raw.cells,
        header.fields
    from {{ source('organisations', 'organisations') }} as raw
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on raw.extract_id = snapshots.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where 'organisation_code' = any(header.fields)
),

lists as (
    select
        named.extract_id,
        {{ cell('organisation_code', row='named', header='named') }} as organisation_code,
        {{ cell('organisation_name', row='named', header='named') }} as organisation_name,
        named.part,
        named.as_at,
        named.snapshot,
        named.is_newest,
        {{ cell('parent_code', row='named', header='named') }} as parent_code,
        {{ cell('postcode', row='named', header='named') }} as postcode,
        {{ day(cell('open_date', row='named', header='named')) }} as opened_on,
        {{ day(cell('close_date', row='named', header='named')) }} as closed_on
    from named
),

-- the lookup names each ICB once per location
lookup_icbs as (
    select distinct
        named.extract_id,
        {{ cell('parent_code', row='named', header='named') }} as organisation_code,
        {{ cell('parent_name', row='named', header='named') }} as organisation_name,
        named.part,
        named.as_at,
        named.snapshot,
        named.is_newest
    from named
    where named.part = 'sub_icb_lookup'
)

select
    extract_id,
    organisation_code,
    organisation_name,
    part,
    as_at,
    snapshot,
    is_newest,
    case
        when part = 'trusts' then 'trust'
        when part in ('sites', 'sub_icb_sites') then 'site'
        when part = 'branches' then 'branch'
        when part = 'networks' then 'pcn'
        when part = 'sub_icbs' then 'sub_icb'
        when part = 'others' and 'RO261' = any(roles) then 'icb'
        when part = 'others' then 'other'
        when is_practice or 'RO76' = any(roles) then 'practice'
        else 'other_prescriber'
    end as organisation_level,
    case when part = 'others' and 'RO261' = any(roles) then organisation_code else icb_code end as icb_code,
    parent_code,
    postcode,
    status,
    opened_on,
    closed_on,
    joined_on,
    left_on
from classic

union all

select
    extract_id,
    organisation_code,
    organisation_name,
    part,
    as_at,
    snapshot,
    is_newest,
    case part
        when 'network_workbook' then 'pcn'
        when 'sub_icb_lookup' then 'sub_icb'
        when 'icb_list' then 'icb'
        when 'trust_list' then 'trust'
    end as organisation_level,
    case part when 'sub_icb_lookup' then parent_code when 'icb_list' then organisation_code end as icb_code,
    parent_code,
    postcode,
    case when closed_on is null then 'open' else 'closed' end as status,
    opened_on,
    closed_on,
    null as joined_on,
    null as left_on
from lists

union all

select
    extract_id,
    organisation_code,
    organisation_name,
    part,
    as_at,
    snapshot,
    is_newest,
    'icb' as organisation_level,
    organisation_code as icb_code,
    null as parent_code,
    null as postcode,
    'open' as status,
    null as opened_on,
    null as closed_on,
    null as joined_on,
    null as left_on
from lookup_icbs
