-- Why: a theme that is misspelt in the crosswalk takes its voices out of every view by theme.
with themes as (
    select theme_code from {{ ref('theme') }}
    union
    select theme_code from {{ ref('theme_local') }}
),

said as (
    select
        scheme,
        code,
        theme_code
    from {{ ref('theme_crosswalk') }}
    union all
    select
        scheme,
        code,
        theme_code
    from {{ ref('theme_crosswalk_local') }}
)

select *
from said
where theme_code <> 'none' and theme_code not in (select themes.theme_code from themes)
