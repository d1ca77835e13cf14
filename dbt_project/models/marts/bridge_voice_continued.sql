-- A contact that became a complaint was said once and stands in two logs, each of which may know the other's reference. Both
-- voices are facts; who counts people leaves the first out (voice_once). A link to a voice that is not here links nothing.
{{ config(materialized='table') }}

with links as (
    select distinct
        voice_id,
        became_voice_id,
        source
    from {{ ref('int_voice_links') }}
)

select
    contact.icb_code,
    links.voice_id,
    links.became_voice_id,
    case
        when count(distinct links.source) > 1 then 'both'
        when min(links.source) = min(contact.source) then 'first'
        else 'second'
    end as known_by
from links
inner join {{ ref('fct_voice') }} as contact on links.voice_id = contact.voice_id
inner join {{ ref('fct_voice') }} as became on links.became_voice_id = became.voice_id
group by contact.icb_code, links.voice_id, links.became_voice_id
