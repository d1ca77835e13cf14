with attendances as (
    select * from {{ ref('stg_ae__attendances') }}
),

levels as (
    select
        extract_id,
        period_start,
        period_end,
        organisation_code,
        'provider' as organisation_level,
        null::text as publisher_icb_code,
        attendances,
        over_4_hours
    from attendances

    union all

    select
        extract_id,
        period_start,
        period_end,
        'ENG' as organisation_code,
        'england' as organisation_level,
        'ENG' as publisher_icb_code,
        sum(attendances) as attendances,
        sum(over_4_hours) as over_4_hours
    from attendances
    group by extract_id, period_start, period_end
)

select
    extract_id,
    'ae' as source,
    'ae_4h' as measure_code,
    organisation_code,
    organisation_level,
    publisher_icb_code,
    period_start,
    period_end,
    (attendances - over_4_hours)::numeric as numerator,
    attendances::numeric as denominator,
    case when attendances is null then 'not_submitted' when attendances = 0 then 'not_applicable' end as null_reason
from levels
