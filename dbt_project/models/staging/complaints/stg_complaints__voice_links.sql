-- The contact that each complaint began as, where the log of complaints says so.
select
    extract_id,
    'complaints' as source,
    'pals:' || sender || ':' || raw.identifier(pals_reference) as voice_id,
    voice_id as became_voice_id
from {{ ref('stg_complaints__complaints') }}
where pals_reference is not null
