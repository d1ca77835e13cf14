-- National quintile of deprivation of each small area, by edition.
select
    extract_id,
    lsoa as lsoa_code,
    vintage,
    edition,
    quintile,
    rank
from {{ ref('stg_populations__deprivation') }}
