-- What every source heard at each touchpoint of a pathway, by board and financial year, in the order in which people travel.
-- Voices are counts of our own, and rounded: the figures of publishers stand as they published them.
-- Voices of the pathway and those of whom nobody says the pathway are told apart, and never together: a sum that differs from
-- pathway to pathway would tell of each.
with seen as (
    select *
    from {{ ref('pathway_experience') }}
    where area_level = 'icb' and organisation_code = area_code and period_kind = 'year'
)

select
    seen.icb_code,
    seen.pathway_code,
    pathway.label as pathway_label,
    step.ordinal,
    seen.touchpoint_code,
    touchpoint.label as touchpoint_label,
    {{ as_readers_see() }},
    seen.confidence
from seen
inner join {{ ref('dim_pathway') }} as pathway on seen.pathway_code = pathway.pathway_code
inner join {{ ref('bridge_pathway_touchpoint') }} as step
    on seen.pathway_code = step.pathway_code and seen.touchpoint_code = step.touchpoint_code
inner join {{ ref('dim_touchpoint') }} as touchpoint on seen.touchpoint_code = touchpoint.touchpoint_code
left join {{ ref('dim_measure') }} as measure on seen.measure_code = measure.measure_code
left join {{ ref('source_vocabulary') }} as titles on seen.source = titles.source
