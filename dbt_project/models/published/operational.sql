select
    fact.*,
    measure.label,
    measure.direction,
    organisation.organisation_name,
    -- a board's own figures stay its own, whoever followed it
    case
        when fact.organisation_level = 'icb' then fact.icb_code
        else coalesce(organisation.now_icb_code, fact.icb_code)
    end as now_icb_code
from {{ ref('fct_operational') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('dim_organisation') }} as organisation
    on fact.organisation_code = organisation.organisation_code and organisation.is_current
