-- Why: a trust's own sub-subject stands in the place of its subject, so that one without a theme would lose the theme that its
-- subject has.
with codes as (
    select
        'log_subject' as scheme,
        subject_code as code
    from {{ ref('log_subject') }}
    union
    select
        'log_sub_subject' as scheme,
        sub_subject_code as code
    from {{ ref('log_sub_subject') }}
)

select codes.*
from codes
where
    (codes.scheme, codes.code) not in (
        select
            said.scheme,
            said.code
        from {{ ref('theme_crosswalk') }} as said
        union all
        select
            said.scheme,
            said.code
        from {{ ref('theme_crosswalk_local') }} as said
    )
