-- The sub-ICB locations of now, each with its outline on a map, or the reason why there is none.
select
    organisation.icb_code,
    organisation.organisation_code as place_code,
    organisation.organisation_name as place_name,
    boundary.boundary,
    boundary.boundary_as_at,
    case when boundary.boundary is null then 'not_collected' end as boundary_null_reason,
    boundary.extract_id
from {{ ref('dim_organisation') }} as organisation
left join {{ ref('dim_boundary') }} as boundary on organisation.organisation_code = boundary.organisation_code
where organisation.is_current and organisation.organisation_level = 'sub_icb' and organisation.status = 'open'
