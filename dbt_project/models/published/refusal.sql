-- Files that stand refused, and the sentence for whoever sent them, by the board of the sender. What a publisher puts out for all
-- is everybody's.
select
    case when refused.sender = '' then 'ENG' else coalesce(sender.now_icb_code, 'UNK') end as icb_code,
    refused.source,
    titles.title as source_title,
    nullif(refused.sender, '') as sender_code,
    sender.organisation_name as sender_name,
    refused.extract_id,
    refused.file_name,
    refused.reason,
    refused.received_at
from {{ source('ledger', 'extract') }} as refused
left join {{ ref('dim_organisation') }} as sender on refused.sender = sender.organisation_code and sender.is_current
left join {{ ref('source_vocabulary') }} as titles on refused.source = titles.source
where refused.state = 'refused'
