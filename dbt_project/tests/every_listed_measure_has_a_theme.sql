-- Why: a question that is shown and stands under no theme is missing from every view across sources, and nobody sees that it is.
-- Each measure of the vocabulary has a theme, or `none` on purpose.
with said as (
    select code from {{ ref('theme_crosswalk') }}
    where scheme = 'measure' and match = 'is'
    union
    select code from {{ ref('theme_crosswalk_local') }}
    where scheme = 'measure' and match = 'is'
)

select vocabulary.measure_code
from {{ ref('measure_vocabulary') }} as vocabulary
where vocabulary.measure_code not in (select said.code from said)
