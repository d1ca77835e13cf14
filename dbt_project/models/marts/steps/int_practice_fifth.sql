-- What practices' values say of deprivation: the practices of a board in five groups with equally many registered patients, from
-- those whose patients live in the most deprived areas (1) to those in the least (5), for each edition of the index. It is an
-- ecological figure: of practices, never of the people who answered. The interval is of how practices of a fifth differ, which
-- holds sampling within them as well; where they are few, it is wider (Student's t).
with newest as (
    select distinct on (organisation_code, edition) *
    from {{ ref('int_practice_deprivation') }}
    order by organisation_code asc, edition asc, as_at desc
),

ranked as (
    select
        found.icb_code,
        found.source,
        found.measure_code,
        found.period_start,
        found.period_end,
        found.organisation_code,
        found.value,
        coalesce(found.denominator, found.answers) as weight,
        found.base,
        deprivation.edition,
        deprivation.people,
        deprivation.mean_rank
    from {{ ref('int_compared_value') }} as found
    inner join newest as deprivation on found.organisation_code = deprivation.organisation_code
    where found.scale = 'proportion' and found.organisation_level = 'practice' and found.icb_code <> 'UNK'
),

placed as (
    select
        *,
        sum(people) over (
            partition by icb_code, measure_code, period_start, period_end, edition order by mean_rank, organisation_code
        ) as people_so_far,
        sum(people) over (partition by icb_code, measure_code, period_start, period_end, edition) as people_in_all
    from ranked
    where weight > 0
),

fifths as (
    select
        *,
        -- the fifth in which the middle one of its patients is
        ceil(5 * (people_so_far - people / 2.0) / people_in_all)::integer as fifth
    from placed
),

averaged as (
    select
        *,
        sum(value * weight) over (partition by icb_code, measure_code, period_start, period_end, edition, fifth)
        / sum(weight) over (partition by icb_code, measure_code, period_start, period_end, edition, fifth) as mean_value
    from fifths
),

spread as (
    select
        icb_code,
        source,
        measure_code,
        period_start,
        period_end,
        edition,
        fifth,
        count(*) as practices,
        sum(base) as base,
        {{ to_ten_places('max(mean_value)') }} as value,
        {{ to_ten_places(
            'sqrt(count(*) / nullif(count(*) - 1.0, 0) * sum(power(weight * (value - mean_value), 2)) / power(sum(weight), 2))'
        ) }} as standard_error
    from averaged
    group by icb_code, source, measure_code, period_start, period_end, edition, fifth
)

select
    *,
    case when standard_error is not null then greatest(0, value - {{ t_95('(practices - 1)') }} * standard_error) end as lower,
    case when standard_error is not null then least(1, value + {{ t_95('(practices - 1)') }} * standard_error) end as upper
from spread
