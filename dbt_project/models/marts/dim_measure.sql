-- Every measure that any fact holds, with what the vocabulary says of it; a measure that the vocabulary does not list is here too,
-- and says that it maps to no construct.
with found as (
    select distinct
        measure_code,
        source,
        scale,
        series
    from {{ ref('fct_measure') }}

    union all

    select distinct
        measure_code,
        source,
        'proportion' as scale,
        source as series
    from {{ ref('fct_operational') }}
)

select
    found.measure_code,
    found.source,
    vocabulary.construct,
    coalesce(vocabulary.label, found.measure_code) as label,
    found.scale,
    coalesce(vocabulary.direction, 'not_applicable') as direction,
    max(found.series) as series,
    coalesce(vocabulary.headline, false) as headline
from found
left join {{ ref('measure_vocabulary') }} as vocabulary on found.measure_code = vocabulary.measure_code
group by
    found.measure_code, found.source, found.scale,
    vocabulary.construct, vocabulary.label, vocabulary.direction, vocabulary.headline
