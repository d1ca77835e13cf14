select
    comment.extract_id,
    'fft_comments' as source,
    comment.voice_id,
    named.organisation_code,
    named.role
from {{ ref('stg_fft_comments__comments') }} as comment
cross join lateral (
    values
    (comment.sender, 'collected_by'),
    (comment.about_organisation_code, 'about')
) as named (organisation_code, role)
