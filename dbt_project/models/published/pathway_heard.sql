-- What every source heard at each touchpoint of a pathway, by board and financial year, in the order in which people travel.
-- Voices are counts of our own, and rounded: the figures of publishers stand as they published them.
-- Of everybody at a place those of the pathway are a part: so that no two pathways tell together what neither tells, everybody is
-- the same number on each.
with heard as (
    select
        *,
        sum(base) over everybody as all_voices,
        sum(negative) over everybody as all_negative
    from {{ ref('pathway_experience') }}
    where area_level = 'icb' and organisation_code = area_code and period_kind = 'year'
    window everybody as (partition by icb_code, pathway_code, touchpoint_code, period_start, source, measure_code, series)
),

seen as (
    select
        *,
        heard_as = 'voices' and heard_of = 'of_everybody_here' as is_everybody
    from heard
),

counted as (
    select
        *,
        case when is_everybody then all_voices else base end as voices_told,
        case when is_everybody then all_negative else negative end as negative_told
    from seen
)

select
    seen.icb_code,
    seen.pathway_code,
    pathway.label as pathway_label,
    step.ordinal,
    seen.touchpoint_code,
    touchpoint.label as touchpoint_label,
    seen.period_code,
    seen.period_start,
    seen.period_end,
    seen.heard_as,
    seen.heard_of,
    seen.source,
    titles.title as source_title,
    seen.measure_code,
    measure.label as measure_label,
    measure.headline,
    seen.series,
    seen.scale,
    case when seen.heard_as = 'measure' then seen.value end as value,
    case when seen.heard_as = 'measure' then seen.base end as base,
    seen.lower,
    seen.upper,
    seen.interval_method,
    seen.null_reason,
    seen.interval_null_reason,
    seen.basis,
    case
        when seen.heard_as = 'voices' then {{ rounded_part('seen.voices_told', 'seen.all_voices') }}
    end as voices,
    case
        when seen.heard_as = 'voices' then {{ why_part_not_told('seen.voices_told', 'seen.all_voices') }}
    end as voices_null_reason,
    case
        when seen.heard_as = 'voices' then {{ rounded_part('seen.negative_told', 'seen.voices_told') }}
    end as negative,
    case
        when seen.heard_as = 'voices' then {{ why_part_not_told('seen.negative_told', 'seen.voices_told') }}
    end as negative_null_reason,
    seen.confidence
from counted as seen
inner join {{ ref('dim_pathway') }} as pathway on seen.pathway_code = pathway.pathway_code
inner join {{ ref('bridge_pathway_touchpoint') }} as step
    on seen.pathway_code = step.pathway_code and seen.touchpoint_code = step.touchpoint_code
inner join {{ ref('dim_touchpoint') }} as touchpoint on seen.touchpoint_code = touchpoint.touchpoint_code
left join {{ ref('dim_measure') }} as measure on seen.measure_code = measure.measure_code
left join {{ ref('source_vocabulary') }} as titles on seen.source = titles.source
