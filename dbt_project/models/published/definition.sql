-- What each measure is, so that no figure stands without it.
select
    measure.measure_code,
    measure.source,
    source.title as source_title,
    source.publisher,
    measure.construct,
    measure.label,
    measure.wording,
    measure.question_version,
    measure.scale,
    measure.direction,
    measure.series,
    measure.headline,
    measure.figure,
    measure.weighted,
    measure.interval_kind,
    measure.compared,
    measure.comparability,
    measure.area_geography
from {{ ref('dim_measure') }} as measure
left join {{ ref('dim_source') }} as source on measure.source = source.source
