-- From which ICBs a trust's patients came, in shares that add up to 1 for each trust.
select
    raw.extract_id,
    extracts.period_end as as_at,
    raw.nhs_trust22_code as organisation_code,
    raw.icb22_code as icb_ons_code,
    case
        when pg_input_is_valid(raw.proportion_trust_came_from_icb, 'numeric') then raw.proportion_trust_came_from_icb::numeric
    end as share,
    'service_users' as denominator
from {{ source('populations', 'populations') }} as raw
inner join {{ extracts_in_use('populations') }} as extracts on raw.extract_id = extracts.extract_id
where extracts.part = 'trust_icb'
