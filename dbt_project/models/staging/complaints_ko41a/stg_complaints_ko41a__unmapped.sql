-- Subjects that the crosswalk to harmonised themes does not know, with how often they were raised.
select
    item as subject,
    min(period_start) as first_year_began,
    sum(issues_raised) as issues_raised
from {{ ref('stg_complaints_ko41a__issues') }}
where section = 'subject' and theme_codes is null
group by item
