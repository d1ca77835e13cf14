-- Why: sources invent tags and subjects as they go. A code that no crosswalk knows is heard and counted nowhere; a row of
-- theme_crosswalk_local with its name mends it. A warning, since a new tag must not stop a month.
{{ config(severity='warn') }}

with codes as (
    select
        coded.scheme,
        coded.code,
        count(distinct coded.voice_id) as voices
    from {{ ref('int_voice_code') }} as coded
    inner join {{ ref('voice_scheme') }} as scheme on coded.scheme = scheme.scheme
    where scheme.says = 'what'
    group by coded.scheme, coded.code
),

known as (
    select * from {{ ref('int_theme_crosswalk') }}
),

found as (
    {{ crosswalked('codes', 'known') }}
)

select codes.*
from codes
where (codes.scheme, codes.code) not in (select
    found.scheme,
    found.code
from found)
