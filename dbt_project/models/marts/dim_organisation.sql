-- Organisations as they are now: what ODS says first, then what publishers call those that the two ODS lists do not hold
-- (independent providers, treatment centres, ICBs). Practices and trusts of the register are here whether or not anything was
-- measured.
with named as (
    select distinct on (organisation_code)
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code
    from {{ ref('int_organisations_named') }}
    where organisation_code is not null
    -- The newest name; a name that comes with an ICB before one that comes without, and any name before none.
    order by
        organisation_code asc, (icb_code is null) asc, (organisation_name is null) asc, period_end desc, organisation_name asc
),

together as (
    select
        organisation_code,
        organisation_name,
        organisation_level,
        icb_code,
        sub_icb_code,
        postcode,
        status,
        opened_on,
        closed_on,
        true as in_register
    from {{ ref('int_register') }}

    union all

    select
        named.organisation_code,
        named.organisation_name,
        named.organisation_level,
        named.icb_code,
        null as sub_icb_code,
        null as postcode,
        'open' as status,
        null as opened_on,
        null as closed_on,
        false as in_register
    from named
    where
        named.organisation_code not in (
            select register.organisation_code from {{ ref('int_register') }} as register
        )

    union all

    select
        'ENG' as organisation_code,
        'England' as organisation_name,
        'england' as organisation_level,
        'ENG' as icb_code,
        null as sub_icb_code,
        null as postcode,
        'open' as status,
        null as opened_on,
        null as closed_on,
        false as in_register
),

icbs as (
    select
        organisation_code as icb_code,
        organisation_name as icb_name
    from together
    where organisation_level = 'icb'
)

select
    together.organisation_code,
    together.organisation_name,
    together.organisation_level,
    coalesce(together.icb_code, 'UNK') as icb_code,
    icbs.icb_name,
    together.sub_icb_code,
    together.postcode,
    together.status,
    together.opened_on,
    together.closed_on,
    together.in_register
from together
left join icbs on together.icb_code = icbs.icb_code
