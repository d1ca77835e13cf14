-- The outline of each sub-ICB location in the newest edition of the map. Older editions are left out whole, since outlines of two
-- would overlap.
with newest as (
    select *
    from {{ ref('int_boundaries') }}
    where as_at = (select max(every.as_at) from {{ ref('int_boundaries') }} as every)
)

-- An ONS code was once another location's, or a location had two: the list that said so last is right.
select distinct on (codes.organisation_code)
    codes.organisation_code,
    newest.area_ons_code,
    newest.area_name,
    newest.boundary,
    newest.as_at as boundary_as_at,
    newest.extract_id
from newest
inner join {{ ref('int_area_codes') }} as codes on newest.area_ons_code = codes.area_ons_code
order by codes.organisation_code asc, codes.as_at desc, newest.area_ons_code asc
