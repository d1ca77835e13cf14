-- Headline measures by place and financial year, made of the published figures of its practices.
select
    fact.icb_code,
    fact.area_code as place_code,
    fact.source,
    titles.title as source_title,
    fact.measure_code,
    measure.label as measure_label,
    fact.series,
    fact.scale,
    fact.period_code,
    fact.period_start,
    fact.period_end,
    fact.value,
    fact.base,
    fact.lower,
    fact.upper,
    fact.interval_method,
    fact.null_reason,
    fact.interval_null_reason,
    fact.basis,
    fact.figures,
    fact.figures_missing
from {{ ref('measure_in_period') }} as fact
inner join {{ ref('dim_measure') }} as measure on fact.measure_code = measure.measure_code
left join {{ ref('source_vocabulary') }} as titles on fact.source = titles.source
where
    fact.area_level = 'place' and fact.organisation_code = fact.area_code and fact.period_kind = 'year'
    and measure.headline and fact.scale in ('proportion', 'score_0_10')
