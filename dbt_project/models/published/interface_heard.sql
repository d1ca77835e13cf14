-- The same of the gaps between two touchpoints, where care may come apart though each service does well alone.
-- Voices of the pathway and those of whom nobody says the pathway are told apart, and never together: a sum that differs from
-- pathway to pathway would tell of each.
with seen as (
    select *
    from {{ ref('interface_experience') }}
    where area_level = 'icb' and organisation_code = area_code and period_kind = 'year'
)

select
    seen.icb_code,
    seen.pathway_code,
    pathway.label as pathway_label,
    seen.interface_code,
    gap.label as interface_label,
    gap.from_touchpoint,
    gap.to_touchpoint,
    {{ as_readers_see() }},
    case when seen.heard_as = 'voices' then {{ rounded_part('seen.of_several_organisations', 'seen.base') }} end as of_several,
    case
        when seen.heard_as = 'voices' then {{ why_part_not_told('seen.of_several_organisations', 'seen.base') }}
    end as of_several_null_reason,
    seen.confidence
from seen
inner join {{ ref('dim_pathway') }} as pathway on seen.pathway_code = pathway.pathway_code
inner join {{ ref('dim_interface') }} as gap on seen.interface_code = gap.interface_code
left join {{ ref('dim_measure') }} as measure on seen.measure_code = measure.measure_code
left join {{ ref('source_vocabulary') }} as titles on seen.source = titles.source
