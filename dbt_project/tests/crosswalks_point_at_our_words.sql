-- Why: rows of a crosswalk are added by hand, by boards as well. One whose word is misspelt would send what people said nowhere,
-- without an error anywhere else.
select
    said.target,
    said.scheme,
    said.code,
    said.target_code
from {{ ref('int_crosswalk') }} as said
where
    said.target_code <> 'none'
    and said.target_code not in (
        select touchpoint.touchpoint_code
        from {{ ref('dim_touchpoint') }} as touchpoint
        where said.target = 'touchpoint'
        union all
        select interface.interface_code
        from {{ ref('dim_interface') }} as interface
        where said.target = 'interface'
        union all
        select pathway.pathway_code
        from {{ ref('dim_pathway') }} as pathway
        where said.target = 'pathway'
    )
