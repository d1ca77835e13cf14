-- Where a line of a headline measure is cut, and why, by the board that the organisation belongs to now.
select
    coalesce(organisation.now_icb_code, 'UNK') as icb_code,
    fact.*
from {{ ref('series_break') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('dim_organisation') }} as organisation
    on fact.organisation_code = organisation.organisation_code and organisation.is_current
where measure.headline
