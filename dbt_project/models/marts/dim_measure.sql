-- Every measure that any fact holds, with what the vocabulary says of it; a measure that the vocabulary does not list is here too,
-- and says that it maps to no construct. How its figures come about (`figure`) decides which interval they may have: Wilson's for a
-- proportion of counts, the publisher's where the publisher weights or gives no counts, none elsewhere.
with found as (
    select
        measure_code,
        measure_code as counted_measure_code,
        source,
        scale,
        series,
        max(period_end) as newest
    from {{ ref('fct_measure') }}
    group by measure_code, source, scale, series

    union all

    select
        measure_code,
        measure_code as counted_measure_code,
        source,
        'proportion' as scale,
        source as series,
        max(period_end) as newest
    from {{ ref('fct_operational') }}
    group by measure_code, source

    union all

    select
        measure_code,
        counted_measure_code,
        source,
        scale,
        series,
        max(period_end) as newest
    from {{ ref('fct_rate') }}
    group by measure_code, counted_measure_code, source, scale, series
),

measures as (
    select
        measure_code,
        counted_measure_code,
        source,
        scale,
        -- the one of its newest values
        (array_agg(series order by newest desc, series asc))[1] as series
    from found
    group by measure_code, counted_measure_code, source, scale
),

methods as (
    select * from {{ with_local('measure_method', ['source', 'measure_code']) }} as each
),

-- Of several rules for a measure the one that says most of its name.
geographies as (
    select distinct on (measures.counted_measure_code)
        measures.counted_measure_code,
        rule.geography,
        rule.icb_row_is
    from measures
    inner join {{ with_local('recut_rule', ['measure_like']) }} as rule on measures.counted_measure_code like rule.measure_like
    order by measures.counted_measure_code asc, length(rule.measure_like) desc
),

-- The newest question that was asked for it.
questions as (
    select distinct on (measure_code)
        measure_code,
        question_version,
        wording,
        wording_hash
    from {{ ref('dim_question') }}
    order by measure_code asc, wave desc
),

described as (
    select
        measures.*,
        vocabulary.construct,
        vocabulary.label,
        vocabulary.direction,
        vocabulary.headline,
        -- where nobody said how figures come about, counts are counts, nothing is worked out anew and nobody is compared
        coalesce(
            exact.figure, general.figure, case measures.scale when 'count' then 'count' else 'published' end
        ) as figure_of_counted,
        coalesce(exact.compared, general.compared, 'over_time') as compared
    from measures
    left join {{ ref('measure_vocabulary') }} as vocabulary on measures.counted_measure_code = vocabulary.measure_code
    left join methods as exact on measures.source = exact.source and measures.counted_measure_code = exact.measure_code
    left join methods as general on measures.source = general.source and general.measure_code = '*'
)

select
    described.measure_code,
    described.source,
    case when described.scale = 'rate_per_1000' then described.construct || '_rate' else described.construct end as construct,
    coalesce(described.label, described.counted_measure_code)
    || case when described.scale = 'rate_per_1000' then ', per 1,000 people' else '' end as label,
    described.scale,
    coalesce(described.direction, 'not_applicable') as direction,
    described.series,
    coalesce(described.headline and described.scale <> 'rate_per_1000', false) as headline,
    case when described.scale = 'rate_per_1000' then 'rate' else described.figure_of_counted end as figure,
    described.figure_of_counted in ('weighted', 'standardised') as weighted,
    case
        when described.scale in ('count', 'rate_per_1000') then 'none'
        when described.source in (select operational.source from {{ ref('fct_operational') }} as operational) then 'none'
        when described.figure_of_counted = 'counted' then 'wilson'
        when described.figure_of_counted in ('weighted', 'published') then 'published'
        else 'none'
    end as interval_kind,
    described.compared,
    sources.comparability,
    questions.question_version,
    questions.wording,
    questions.wording_hash,
    described.counted_measure_code,
    coalesce(geographies.geography, 'not_known') as area_geography,
    coalesce(geographies.icb_row_is, 'not_known') as board_row_is
from described
left join geographies on described.counted_measure_code = geographies.counted_measure_code
left join {{ ref('source_vocabulary') }} as sources on described.source = sources.source
left join questions on described.counted_measure_code = questions.measure_code
