select
    extracts.extract_id,
    extracts.source,
    titles.title as source_title,
    titles.publisher,
    extracts.part,
    extracts.file_name,
    extracts.received_at,
    extracts.period_start,
    extracts.period_end
from {{ source('ledger', 'current_extract') }} as extracts
left join {{ ref('source_vocabulary') }} as titles on extracts.source = titles.source
