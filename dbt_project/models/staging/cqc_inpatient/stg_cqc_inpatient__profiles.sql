-- Who answered, in the shape of profiles: percentages as published, of those who returned a questionnaire. What each number stands
-- for is in the workbook's sheet Key. Percentages were rounded, so that people are not whole.
with listed as (
    select
        cells.extract_id,
        coalesce(cells.trust_code, 'ENG') as organisation_code,
        cells.period_start,
        cells.period_end,
        substring(lower(cells.column_name) from '^(.*)_t?pc$') as item,
        cells.cell
    from {{ ref('stg_cqc_inpatient__cells') }} as cells
    where cells.sheet in ('trust_respondents', 'national_respondents')
),

returned as (
    select
        extract_id,
        coalesce(trust_code, 'ENG') as organisation_code,
        max(cell::numeric) as people
    from {{ ref('stg_cqc_inpatient__cells') }}
    where
        (sheet = 'trust_respondents' and column_name ilike 'n\_tpat')
        or (sheet = 'national_respondents' and column_name ilike 'n\_pat')
    group by extract_id, coalesce(trust_code, 'ENG')
)

select
    listed.extract_id,
    'cqc_inpatient' as source,
    listed.organisation_code,
    case listed.organisation_code when 'ENG' then 'england' else 'trust' end as organisation_level,
    case listed.organisation_code when 'ENG' then 'ENG' end as publisher_icb_code,
    null::text as about_code,
    listed.period_start,
    listed.period_end,
    known.characteristic,
    known.answer,
    listed.cell::numeric / 100 * returned.people as people,
    null::numeric as people_low,
    null::numeric as people_high,
    null::bigint as base,
    'people' as basis,
    case when listed.cell is null or returned.people is null then 'not_collected' end as null_reason
from listed
inner join {{ ref('cqc_profile_answer') }} as known on known.source = 'cqc_inpatient' and listed.item = known.item
left join returned on listed.extract_id = returned.extract_id and listed.organisation_code = returned.organisation_code
