-- Why: a fact takes the board of its own day. Where the register names one for an organisation and the fact says that nobody does,
-- the fact fell into a gap between two states, and would be missing from its board's page without a word.
select
    fact.source,
    fact.organisation_code,
    fact.period_end
from {{ ref('fct_measure') }} as fact
where
    fact.icb_code = 'UNK'
    and fact.icb_basis = 'register'
    and fact.organisation_code in (
        select organisation.organisation_code from {{ ref('dim_organisation') }} as organisation
        where organisation.in_register and organisation.icb_code <> 'UNK'
    )

union all

select
    fact.source,
    fact.organisation_code,
    fact.period_end
from {{ ref('fct_operational') }} as fact
where
    fact.icb_code = 'UNK'
    and fact.icb_basis = 'register'
    and fact.organisation_code in (
        select organisation.organisation_code from {{ ref('dim_organisation') }} as organisation
        where organisation.in_register and organisation.icb_code <> 'UNK'
    )
