-- Why: questions that the vocabulary does not list (new ones, and those whose wording nobody knows) are in the facts all the
-- same. Their names are said, so that somebody lists them. A warning: the survey is not wrong.
{{ config(severity='warn') }}

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

select measures.code as measure_code
from measures
where measures.code not in (select found.code from found)
