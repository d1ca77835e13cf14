-- Who answered, in the shape of profiles. Numbers are the publisher's weighted ones, beside the unweighted number who answered the
-- question; a person of whom it is not known how they answered is in neither. Whoever cares for any number of hours is a carer.
with known as (
    select
        *,
        case
            when group_code in ('not said', 'prefer not to say') then 'not_stated'
            when characteristic = 'carer' and group_code <> 'no' then 'yes'
            else group_code
        end as answer
    from {{ ref('stg_gpps__respondents') }}
    where characteristic in ('age', 'ethnicity', 'carer')
)

select
    extract_id,
    source,
    organisation_code,
    organisation_level,
    publisher_icb_code,
    null::text as about_code,
    period_start,
    period_end,
    characteristic,
    answer,
    case when count(null_reason) = 0 then sum(respondents_weighted) end as people,
    null::numeric as people_low,
    null::numeric as people_high,
    max(base_unweighted) as base,
    'weighted' as basis,
    max(null_reason) as null_reason
from known
group by
    extract_id, source, organisation_code, organisation_level, publisher_icb_code, period_start, period_end, characteristic, answer
