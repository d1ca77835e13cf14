with measures as (
    select
        'measure' as scheme,
        measure_code as code
    from {{ ref('dim_measure') }}
),

known as (
    select * from {{ ref('int_theme_crosswalk') }}
),

found as (
    {{ crosswalked('measures', 'known') }}
)

select
    code as measure_code,
    target_code as theme_code,
    weight,
    confidence,
    version
from found
where target_code <> 'none'
