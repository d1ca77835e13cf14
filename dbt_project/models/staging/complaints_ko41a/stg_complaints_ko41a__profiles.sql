-- How old the patients were whom written complaints were about, in the shape of profiles.
select
    extract_id,
    'complaints_ko41a' as source,
    organisation_code,
    'provider' as organisation_level,
    icb_code as publisher_icb_code,
    null::text as about_code,
    period_start,
    period_end,
    'age' as characteristic,
    case when group_name ~ '[0-9]' then group_name else 'not_known' end as answer,
    new_complaints as people,
    null::numeric as people_low,
    null::numeric as people_high,
    null::bigint as base,
    'people' as basis,
    null_reason
from {{ ref('stg_complaints_ko41a__complainants') }}
where characteristic = 'age' and row_level = 'organisation'
