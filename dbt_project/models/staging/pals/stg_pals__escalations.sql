-- Contacts that became complaints, with the complaint's reference where the log says it: what links the two logs.
select
    voice_id,
    sender,
    reference as pals_reference,
    complaint_reference,
    received_on,
    resolved_on as escalated_on
from {{ ref('stg_pals__contacts') }}
where became_complaint
