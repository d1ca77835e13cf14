-- The complaint that each contact became, where the log of contacts says which.
select
    extract_id,
    'pals' as source,
    voice_id,
    'complaints:' || sender || ':' || raw.identifier(complaint_reference) as became_voice_id
from {{ ref('stg_pals__contacts') }}
where complaint_reference is not null
