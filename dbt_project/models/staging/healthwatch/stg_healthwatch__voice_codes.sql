-- The form asks for a service and a rating and for no subject: the only code is where it was.
select
    extract_id,
    'healthwatch' as source,
    voice_id,
    'place' as scheme,
    {{ as_code('service_text') }} as code,
    null::text as polarity
from {{ ref('stg_healthwatch__feedback') }}
where moderation <> 'spam' and {{ as_code('service_text') }} <> ''
