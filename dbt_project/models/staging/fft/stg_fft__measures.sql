-- Shares of positive and of negative answers in the measure shape, of boards, organisations, sites and practices; wards are too
-- small and stay in the responses. The base is all six answers, with those who did not know (facts.md section 1.1).
-- Not held between the two halves: that would keep the ids of files from reaching the raw table.
with responses as not materialized (
    select * from {{ ref('stg_fft__responses') }}
    where organisation_level <> 'ward'
),

shares as (
    select
        *,
        'positive' as direction,
        positive as value,
        very_good + good as numerator,
        positive_null_reason as null_reason
    from responses

    union all

    select
        *,
        'negative' as direction,
        negative as value,
        poor + very_poor as numerator,
        negative_null_reason as null_reason
    from responses
),

-- A suppressed row may have been published with its total and its percentage, which together give back what it was to hide: neither
-- is taken on from here (facts.md section 1.3).
hidden as (
    select
        *,
        numerator::numeric / nullif(total, 0) as fraction,
        total::numeric as n,
        case
            when answers_null_reason = 'suppressed' then 'suppressed'
            else null_reason
        end as reason
    from shares
)

select
    extract_id,
    'fft' as source,
    'fft_' || setting || case when stage <> '' then '_' || stage else '' end || '_' || direction as measure_code,
    organisation_code,
    organisation_level,
    -- The independent sector's pseudo-board is none: nobody says which board its providers belong to.
    case icb_code when 'IS1' then 'UNK' else icb_code end as publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    case when reason is null then value end as value,
    'proportion' as scale,
    case when reason is null then numerator::numeric end as numerator,
    case when reason is null then n end as denominator,
    case when reason is null then total end as base,
    case
        when reason is null then round((
            fraction + power(1.959964, 2) / (2 * n)
            - 1.959964 * sqrt(fraction * (1 - fraction) / n + power(1.959964, 2) / (4 * n * n))
        ) / (1 + power(1.959964, 2) / n), 10)
    end as lower,
    case
        when reason is null then round((
            fraction + power(1.959964, 2) / (2 * n)
            + 1.959964 * sqrt(fraction * (1 - fraction) / n + power(1.959964, 2) / (4 * n * n))
        ) / (1 + power(1.959964, 2) / n), 10)
    end as upper,
    case when reason is null and fraction is not null then 'wilson_95' end as interval_method,
    reason as null_reason,
    case
        when reason is not null then reason
        when fraction is null then 'not_collected'
    end as interval_null_reason,
    -- Another question on another scale was asked before April 2020: nothing of it belongs on the same line.
    'fft_2020' as series
from hidden
