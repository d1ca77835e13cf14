-- Shares of single answers stay in the marts: pages show headlines.
select
    fact.*,
    measure.label,
    measure.direction,
    organisation.organisation_name
from {{ ref('fct_measure') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('dim_organisation') }} as organisation on fact.organisation_code = organisation.organisation_code
where measure.headline
