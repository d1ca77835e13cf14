-- Why: boards change. A measure that is published for boards and of which no rule says what a board is made of would silently lose
-- its history when the next ones merge. The rows name the measure: add its rule to recut_rule.
select distinct measured.measure_code
from {{ ref('fct_measure') }} as measured
where
    measured.organisation_level = 'icb'
    and not exists (
        select from {{ with_local('recut_rule', ['measure_like']) }} as rule
        where measured.measure_code like rule.measure_like
    )

union all

select distinct measured.measure_code
from {{ ref('fct_operational') }} as measured
where not exists (
    select from {{ with_local('recut_rule', ['measure_like']) }} as rule
    where measured.measure_code like rule.measure_like
)
