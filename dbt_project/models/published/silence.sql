-- Touchpoints at which nobody was heard in a financial year, by board and place.
select
    silent.icb_code,
    silent.area_level,
    silent.area_code,
    coalesce(place.place_name, silent.area_code) as area_name,
    silent.touchpoint_code,
    touchpoint.label as touchpoint_label,
    touchpoint.ordinal,
    silent.period_start,
    silent.period_end,
    silent.silence
from {{ ref('silent_touchpoint') }} as silent
inner join {{ ref('dim_touchpoint') }} as touchpoint on silent.touchpoint_code = touchpoint.touchpoint_code
left join {{ ref('dim_place') }} as place on silent.area_code = place.place_code
where silent.period_kind = 'year'
