-- Why: a figure that was published of a board which was split must not vanish without a word. Each of the boards that followed has
-- a row for it, with a value or with the reason why there is none.
select distinct
    succession.successor,
    published.measure_code,
    published.period_end,
    published.group_code
from {{ ref('fct_measure') }} as published
inner join {{ ref('bridge_organisation_succession') }} as succession
    on
        published.organisation_code = succession.predecessor
        and succession.kind = 'icb'
        and succession.weight is distinct from 1
inner join {{ with_local('recut_rule', ['measure_like']) }} as rule
    on published.measure_code like rule.measure_like and rule.icb_row_is = 'area'
left join {{ ref('measure_as_now') }} as as_now
    on
        succession.successor = as_now.icb_code
        and as_now.organisation_level = 'icb'
        and published.measure_code = as_now.measure_code
        and published.period_start = as_now.period_start
        and published.period_end = as_now.period_end
        and published.group_code = as_now.group_code
where published.organisation_level = 'icb' and as_now.icb_code is null
