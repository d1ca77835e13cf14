-- A contact that became a complaint was said once and stands in two logs, each of which may know the other's reference. Both
-- voices are facts; who counts people leaves the first out (voice_once). A link to a voice that is not here links nothing.
select
    contact.icb_code,
    link.voice_id,
    link.became_voice_id,
    case
        when count(distinct link.source) > 1 then 'both'
        when min(link.source) = min(contact.source) then 'first'
        else 'second'
    end as known_by
from {{ ref('int_voice_links_named') }} as link
inner join {{ ref('fct_voice') }} as contact on link.voice_id = contact.voice_id
inner join {{ ref('fct_voice') }} as became on link.became_voice_id = became.voice_id
group by contact.icb_code, link.voice_id, link.became_voice_id
