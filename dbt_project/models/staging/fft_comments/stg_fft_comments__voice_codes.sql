-- Where it was, in the trust's words for site, department and ward, and what the question asked for.
select distinct
    comment.extract_id,
    'fft_comments' as source,
    comment.voice_id,
    said.scheme,
    {{ as_code('said.code') }} as code,
    null::text as polarity
from {{ ref('stg_fft_comments__comments') }} as comment
cross join
    lateral (
        values
        ('place', comment.location_1),
        ('place', comment.location_2),
        ('place', comment.location_3),
        ('fft_question', comment.asked_for)
    ) as said (scheme, code)
where {{ as_code('said.code') }} <> ''
