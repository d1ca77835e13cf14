-- Why: that a source has no column for a characteristic is a finding, and it is one only where somebody says so. A source of which
-- nobody does is in no table of who is heard. A warning: what it says is not wrong.
{{ config(severity='warn') }}

with characteristics as (
    select distinct characteristic
    from {{ ref('population_group') }}
    where group_set <> 'panels'
),

wanted as (
    select
        sources.source,
        characteristics.characteristic
    from {{ ref('dim_source') }} as sources
    cross join characteristics
    where sources.kind in ('survey', 'count', 'voice')
)

select wanted.*
from wanted
left join {{ ref('source_characteristic') }} as stated
    on wanted.source = stated.source and wanted.characteristic = stated.characteristic
left join {{ ref('representation_frame') }} as frames on wanted.source = frames.source
where stated.source is null or frames.source is null
