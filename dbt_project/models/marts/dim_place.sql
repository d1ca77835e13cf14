-- Places as their ICB says them, in rows of its own; where it has said nothing, each of its sub-ICB locations is a place.
with said as (
    select * from {{ with_local('place', ['place_code']) }}
)

select
    place_code,
    place_name,
    icb_code,
    'icb' as basis,
    version
from said

union all

select
    organisation_code as place_code,
    organisation_name as place_name,
    icb_code,
    'sub_icb_location' as basis,
    null as version
from {{ ref('dim_organisation') }}
where
    is_current
    and organisation_level = 'sub_icb'
    and status = 'open'
    and icb_code not in (select said.icb_code from said)
    and organisation_code not in (select said.place_code from said)
