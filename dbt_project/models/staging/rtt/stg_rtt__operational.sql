-- Four levels from the same pathways: who provides, which sub-ICB location and which ICB commissions, and England. Pathways
-- commissioned outside any ICB (NHS England, devolved nations) count for England and the provider only.
with waiting as (
    select * from {{ ref('stg_rtt__waiting') }}
),

levels as (
    select
        extract_id,
        period_start,
        period_end,
        coalesce(provider_code, commissioner_code, commissioner_icb_code, 'ENG') as organisation_code,
        case
            when grouping(provider_code) = 0 then 'provider'
            when grouping(commissioner_code) = 0 then 'sub_icb'
            when grouping(commissioner_icb_code) = 0 then 'icb'
            else 'england'
        end as organisation_level,
        case
            when grouping(provider_code) = 0 then max(provider_icb_code)
            when grouping(commissioner_icb_code) = 0 then commissioner_icb_code
            else 'ENG'
        end as publisher_icb_code,
        sum(within_18_weeks) as within_18_weeks,
        sum(waiting) as waiting
    from waiting
    group by
        grouping sets (
            (extract_id, period_start, period_end, provider_code),
            (extract_id, period_start, period_end, commissioner_icb_code, commissioner_code),
            (extract_id, period_start, period_end, commissioner_icb_code),
            (extract_id, period_start, period_end)
        )
    having
        not (grouping(commissioner_icb_code) = 0 and commissioner_icb_code is null)
        and (grouping(commissioner_code) = 1 or commissioner_code <> commissioner_icb_code)
)

select
    extract_id,
    'rtt' as source,
    'rtt_18w' as measure_code,
    organisation_code,
    organisation_level,
    publisher_icb_code,
    period_start,
    period_end,
    within_18_weeks::numeric as numerator,
    waiting::numeric as denominator,
    case when waiting is null then 'not_submitted' when waiting = 0 then 'not_applicable' end as null_reason
from levels
