-- The register as it stands in the newest file of each list, each organisation once. Publishers' files of different months hold the
-- same codes, so that only the newest counts.
with listed as (
    select distinct on (organisation_code)
        extract_id,
        organisation_code,
        organisation_name,
        as_at,
        organisation_level,
        icb_code,
        parent_code,
        postcode,
        status,
        opened_on,
        closed_on
    from {{ ref('stg_organisations__listed') }}
    where is_newest and organisation_level <> 'other'
    -- The report that is about this kind of organisation first; lists that others have made of it last, the newest of them first.
    order by
        organisation_code asc,
        {{ list_that_speaks('part') }} asc nulls last,
        as_at desc,
        organisation_level asc
),

last_days as (
    select
        predecessor,
        max(succeeded_on) - 1 as last_day
    from {{ ref('stg_organisations__succeeded') }}
    group by predecessor
)

select
    listed.extract_id,
    listed.organisation_code,
    listed.organisation_name,
    listed.as_at,
    listed.organisation_level,
    coalesce(listed.icb_code, parent.icb_code) as icb_code,
    case when listed.organisation_level in ('practice', 'other_prescriber', 'pcn') then listed.parent_code end as sub_icb_code,
    listed.parent_code,
    listed.postcode,
    -- A list that somebody made in one month says nothing of the ICBs that closed since.
    case
        when listed.organisation_level = 'icb' and last_days.predecessor is not null then 'closed' else listed.status
    end as status,
    listed.opened_on,
    coalesce(listed.closed_on, case when listed.organisation_level = 'icb' then last_days.last_day end) as closed_on
from listed
left join listed as parent on listed.parent_code = parent.organisation_code
left join last_days on listed.organisation_code = last_days.predecessor
