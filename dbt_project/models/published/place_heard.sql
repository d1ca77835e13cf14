-- Which sources heard anybody in each place, and when last: no number, so that none of a place can be taken from its board's.
select
    seen.icb_code,
    seen.area_code as place_code,
    coalesce(place.place_name, seen.area_code) as place_name,
    seen.source,
    titles.title as source_title,
    max(seen.period_end) as last_heard
from {{ ref('pathway_experience') }} as seen
left join {{ ref('dim_place') }} as place on seen.area_code = place.place_code
left join {{ ref('source_vocabulary') }} as titles on seen.source = titles.source
where
    seen.area_level = 'place' and seen.period_kind = 'quarter' and seen.heard_as in ('measure', 'voices')
    -- what was not collected or not sent in was not heard; what was suppressed was
    and coalesce(seen.null_reason, 'heard') in ('heard', 'suppressed', 'too_few')
group by seen.icb_code, seen.area_code, coalesce(place.place_name, seen.area_code), seen.source, titles.title
