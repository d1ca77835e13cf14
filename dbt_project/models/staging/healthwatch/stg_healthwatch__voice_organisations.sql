select
    feedback.extract_id,
    'healthwatch' as source,
    feedback.voice_id,
    named.organisation_code,
    named.role
from {{ ref('stg_healthwatch__feedback') }} as feedback
cross join
    lateral (
        values
        (feedback.sender, 'collected_by'),
        (feedback.about_organisation_code, 'about'),
        (case when feedback.provider_replied then feedback.about_organisation_code end, 'responded')
    ) as named (organisation_code, role)
where feedback.moderation <> 'spam' and named.organisation_code is not null
