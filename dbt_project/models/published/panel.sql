-- Who sits on panels beside the people of their board. Members are rounded, and so is how many more would bring a group to its
-- share.
with compared as (
    select
        *,
        people is null or {{ is_small_part('people', 'seats') }} as is_small,
        -- worked out from members and seats as they are, it would tell of a small group beside
        bool_or(people is null or {{ is_small_part('people', 'seats') }} or seats < 8) over (
            partition by icb_code, source, organisation_code, panel_id, as_at, characteristic
        ) as has_small
    from {{ ref('panel_composition') }}
)

select
    panel.icb_code,
    panel.source,
    titles.title as source_title,
    panel.organisation_code,
    organisation.organisation_name,
    panel.panel_id,
    panel.as_at,
    panel.characteristic,
    panel.group_code,
    coalesce(groups.label, replace(split_part(panel.group_code, ':', 2), '_', ' ')) as group_label,
    groups.position,
    {{ rounded_voices('panel.seats') }} as seats,
    {{ why_not_told('panel.seats') }} as seats_null_reason,
    {{ rounded_part('panel.people', 'panel.seats') }} as people,
    coalesce({{ why_part_not_told('panel.people', 'panel.seats') }}, panel.null_reason) as people_null_reason,
    panel.denominator_kind,
    panel.population_as_at,
    panel.population_share,
    case when not panel.has_small then 5 * ceil(panel.additions_at_most / 5.0)::bigint end as additions_up_to,
    case
        when panel.people is not null and panel.is_small then 'unclear'
        when panel.additions_at_least > 0 then 'below_its_share'
        when panel.additions_at_most = 0 then 'at_its_share'
        when panel.additions_at_most > 0 then 'unclear'
    end as standing
from compared as panel
left join {{ ref('dim_organisation') }} as organisation
    on panel.organisation_code = organisation.organisation_code and organisation.is_current
left join {{ ref('population_group') }} as groups
    on panel.characteristic = groups.characteristic and panel.group_code = groups.group_code
left join {{ ref('source_vocabulary') }} as titles on panel.source = titles.source
