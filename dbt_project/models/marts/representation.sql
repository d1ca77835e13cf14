{{ config(sql_header="set local enable_nestloop = off; set local work_mem = '256MB';") }}

-- How each group's share of those who were heard compares with its share of the people who might have been: of every source, in its
-- board, as boards are now, and at each organisation, by financial year and over three years to its newest month. A group of whom
-- nobody was heard has a row as well. The interval is Wilson's of the share of voices, divided by the share of people, which is
-- taken as known (methods.md, "Measures" 1); of weighted respondents it is as wide as so many fewer people would make it as the
-- publisher's own intervals say. People of whom a characteristic is not known are in no share: what the ratio would be if none of
-- them, or all of them, were of the group stands beside it.
with thresholds as (
    select * from {{ with_local('representation_threshold', ['characteristic']) }} as each
),

heard as (
    select
        profile.*,
        frames.approach,
        frames.youngest,
        frames.denominator
    from {{ ref('fct_respondent_profile') }} as profile
    inner join {{ ref('representation_frame') }} as frames on profile.source = frames.source
),

-- each organisation by itself; of sources that anybody may use, each board as well, by all that was heard in it
levels as (
    select
        heard.now_icb_code as icb_code,
        level.organisation_code,
        level.organisation_level,
        case heard.denominator when 'people' then level.organisation_code end as area_code,
        heard.source,
        heard.approach,
        heard.youngest,
        heard.period_end,
        heard.characteristic,
        heard.group_code,
        heard.is_unknown,
        heard.age_from,
        heard.age_to,
        heard.edition,
        heard.basis,
        heard.base,
        heard.people,
        heard.people_low,
        heard.people_high,
        heard.null_reason
    from heard
    cross join
        lateral (
            values
            (heard.organisation_code, heard.organisation_level, true),
            (heard.now_icb_code, 'icb', heard.approach = 'coverage' and heard.now_icb_code not in ('UNK', 'ENG'))
        ) as level (organisation_code, organisation_level, is_told)
    where level.is_told
),

newest as (
    select
        source,
        max(period_end) as period_end
    from heard
    group by source
),

counted as (
    select
        levels.icb_code,
        levels.source,
        levels.approach,
        levels.youngest,
        levels.organisation_code,
        levels.organisation_level,
        levels.area_code,
        span.period_kind,
        span.period_start,
        span.period_end,
        levels.characteristic,
        levels.group_code,
        levels.is_unknown,
        levels.age_from,
        levels.age_to,
        max(levels.edition) as edition,
        max(levels.basis) as basis,
        sum(levels.base) as base,
        sum(coalesce(levels.people, (levels.people_low + levels.people_high) / 2)) as people,
        sum(coalesce(levels.people, levels.people_low)) as people_low,
        sum(coalesce(levels.people, levels.people_high)) as people_high,
        bool_or(levels.people is null and levels.people_low is not null) as is_banded,
        max(levels.null_reason) filter (where levels.people is null and levels.people_high is null) as null_reason
    from levels
    inner join newest on levels.source = newest.source
    cross join lateral {{ year_and_three_years('levels.period_end', 'newest.period_end') }} as span
    group by
        levels.icb_code, levels.source, levels.approach, levels.youngest, levels.organisation_code, levels.organisation_level,
        levels.area_code, span.period_kind, span.period_start, span.period_end, levels.characteristic, levels.group_code,
        levels.is_unknown, levels.age_from, levels.age_to
),

asked as (
    select
        icb_code,
        source,
        approach,
        youngest,
        organisation_code,
        organisation_level,
        area_code,
        period_kind,
        period_start,
        period_end,
        characteristic,
        max(edition) filter (where edition <> 'not_applicable') as edition,
        max(basis) as basis,
        max(base) as base,
        coalesce(sum(people) filter (where is_unknown and group_code not like '%:not\_asked'), 0) as unknown,
        coalesce(sum(people) filter (where not is_unknown), 0) as known,
        bool_or(age_from is not null) as own_bands
    from counted
    group by
        icb_code, source, approach, youngest, organisation_code, organisation_level, area_code, period_kind, period_start,
        period_end, characteristic
),

counts as (
    select distinct
        area_code,
        characteristic,
        edition,
        denominator_kind,
        youngest,
        as_at
    from {{ ref('fct_population') }}
),

-- Which people are the denominator: those who are registered before those who live there, counted from the age on that the source
-- reaches, on the day nearest to the end of the period.
denominators as (
    select distinct on (
        asked.source, asked.organisation_code, asked.organisation_level, asked.period_kind, asked.period_start, asked.characteristic
    )
        asked.*,
        people.denominator_kind,
        people.as_at,
        people.youngest as counted_from
    from asked
    left join counts as people
        on
            asked.area_code = people.area_code
            and asked.characteristic = people.characteristic
            and coalesce(asked.edition, 'not_applicable') = people.edition
    order by
        asked.source asc, asked.organisation_code asc, asked.organisation_level asc, asked.period_kind asc, asked.period_start asc,
        asked.characteristic asc, people.denominator_kind = 'registered' desc, abs(people.youngest - asked.youngest) asc,
        abs(people.as_at - asked.period_end) asc
),

-- Groups that there are, whether anybody of them was heard or not, from the age on that the source reaches; bands of a source's own
-- are made of single years.
groups as (
    select
        denominators.icb_code,
        denominators.source,
        denominators.organisation_code,
        denominators.organisation_level,
        denominators.period_kind,
        denominators.period_start,
        denominators.characteristic,
        common.group_code,
        sum(people.people) as population
    from denominators
    inner join {{ ref('population_group') }} as common on denominators.characteristic = common.characteristic
    inner join {{ ref('fct_population') }} as people
        on
            denominators.area_code = people.area_code
            and denominators.characteristic = people.characteristic
            and denominators.denominator_kind = people.denominator_kind
            and denominators.as_at = people.as_at
            and denominators.counted_from = people.youngest
            and coalesce(denominators.edition, 'not_applicable') = people.edition
            and people.detail = 'groups'
            and common.group_code = people.group_code
    where not denominators.own_bands and coalesce(common.age_to >= denominators.youngest, true)
    group by
        denominators.icb_code, denominators.source, denominators.organisation_code, denominators.organisation_level,
        denominators.period_kind, denominators.period_start, denominators.characteristic, common.group_code

    union all

    select
        denominators.icb_code,
        denominators.source,
        denominators.organisation_code,
        denominators.organisation_level,
        denominators.period_kind,
        denominators.period_start,
        denominators.characteristic,
        counted.group_code,
        sum(people.people) as population
    from denominators
    inner join counted
        on
            denominators.source = counted.source
            and denominators.icb_code = counted.icb_code
            and denominators.organisation_code = counted.organisation_code
            and denominators.organisation_level = counted.organisation_level
            and denominators.period_kind = counted.period_kind
            and denominators.period_start = counted.period_start
            and denominators.characteristic = counted.characteristic
    inner join {{ ref('fct_population') }} as people
        on
            denominators.area_code = people.area_code
            and people.characteristic = 'age'
            and denominators.denominator_kind = people.denominator_kind
            and denominators.as_at = people.as_at
            and people.detail = 'single years'
            and counted.age_from <= people.age_from
            and coalesce(counted.age_to >= people.age_from, true)
    where denominators.own_bands
    group by
        denominators.icb_code, denominators.source, denominators.organisation_code, denominators.organisation_level,
        denominators.period_kind, denominators.period_start, denominators.characteristic, counted.group_code
),

every_group as (
    select
        coalesce(counted.group_code, groups.group_code) as group_code,
        counted.is_unknown,
        coalesce(counted.people, 0) as people,
        coalesce(counted.people_low, 0) as people_low,
        coalesce(counted.people_high, 0) as people_high,
        coalesce(counted.is_banded, false) as is_banded,
        counted.null_reason,
        groups.population,
        coalesce(counted.icb_code, groups.icb_code) as icb_code,
        coalesce(counted.source, groups.source) as source,
        coalesce(counted.organisation_code, groups.organisation_code) as organisation_code,
        coalesce(counted.organisation_level, groups.organisation_level) as organisation_level,
        coalesce(counted.period_kind, groups.period_kind) as period_kind,
        coalesce(counted.period_start, groups.period_start) as period_start,
        coalesce(counted.characteristic, groups.characteristic) as characteristic
    from counted
    full join groups
        on
            counted.icb_code = groups.icb_code
            and counted.source = groups.source
            and counted.organisation_code = groups.organisation_code
            and counted.organisation_level = groups.organisation_level
            and counted.period_kind = groups.period_kind
            and counted.period_start = groups.period_start
            and counted.characteristic = groups.characteristic
            and counted.group_code = groups.group_code
),

shares as (
    select
        denominators.*,
        every_group.group_code,
        every_group.people as heard,
        every_group.people_low as heard_low,
        every_group.people_high as heard_high,
        every_group.null_reason as heard_null_reason,
        every_group.population,
        sum(every_group.people) filter (where every_group.population is not null) over whole as of_known,
        sum(every_group.people_low) filter (where every_group.population is not null) over whole as known_low,
        sum(every_group.people_high) filter (where every_group.population is not null) over whole as known_high,
        sum(every_group.population) over whole as whole_population,
        bool_or(every_group.is_banded) over whole as banded,
        bool_or(every_group.null_reason is not null) filter (where every_group.population is not null) over whole as some_hidden,
        case when denominators.basis = 'weighted' then coalesce(design.design_effect, 1) else 1 end as design_effect,
        coalesce(own.seldom_below, any_threshold.seldom_below) as seldom_below,
        coalesce(own.often_above, any_threshold.often_above) as often_above,
        coalesce(own.fewest, any_threshold.fewest) as fewest
    from every_group
    inner join denominators
        on
            every_group.icb_code = denominators.icb_code
            and every_group.source = denominators.source
            and every_group.organisation_code = denominators.organisation_code
            and every_group.organisation_level = denominators.organisation_level
            and every_group.period_kind = denominators.period_kind
            and every_group.period_start = denominators.period_start
            and every_group.characteristic = denominators.characteristic
    left join {{ ref('int_survey_design') }} as design
        on
            denominators.source = design.source
            and denominators.organisation_code = design.organisation_code
            and denominators.organisation_level = design.organisation_level
            and denominators.period_kind = design.period_kind
            and denominators.period_start = design.period_start
    left join thresholds as own on denominators.characteristic = own.characteristic
    inner join thresholds as any_threshold on any_threshold.characteristic = '*'
    where not coalesce(every_group.is_unknown, false)
    window whole as (
        partition by
            denominators.icb_code, denominators.source, denominators.organisation_code, denominators.organisation_level,
            denominators.period_kind, denominators.period_start, denominators.characteristic
    )
),

-- So many people as answered stand behind a weighted share, fewer by the design effect; behind a count, those who were counted.
sized as (
    select
        *,
        population / nullif(whole_population, 0) as population_share,
        case when basis = 'weighted' then base / design_effect else of_known end as size,
        heard / nullif(of_known, 0) as share,
        -- where groups are bands: as few of the group and as many of all others as there may be, and the other way round
        heard_low / nullif(heard_low + known_high - heard_high, 0) as share_low,
        heard_high / nullif(heard_high + known_low - heard_low, 0) as share_high,
        case
            when known = 0 and unknown = 0 then 'not_collected'
            when heard_null_reason is not null then heard_null_reason
            when some_hidden then 'suppressed'
            when population is null then 'no_denominator'
            when coalesce(of_known, 0) < fewest then 'too_few'
        end as null_reason
    from shares
),

compared as (
    select
        *,
        share / population_share as ratio,
        {{ wilson_95('lower', 'share_low * size', 'size') }} / population_share as ratio_lower,
        {{ wilson_95('upper', 'share_high * size', 'size') }} / population_share as ratio_upper,
        heard / nullif(of_known + unknown, 0) / population_share as ratio_if_none,
        (heard + unknown) / nullif(of_known + unknown, 0) / population_share as ratio_if_all
    from sized
)

select
    icb_code,
    source,
    organisation_code,
    organisation_level,
    period_kind,
    period_start,
    period_end,
    characteristic,
    group_code,
    coalesce(edition, 'not_applicable') as edition,
    approach,
    basis,
    trim_scale(round(heard, 4)) as voices,
    trim_scale(round(coalesce(of_known, known), 4)) as known,
    trim_scale(round(unknown, 4)) as unknown,
    banded,
    trim_scale(round(heard_low, 4)) as voices_low,
    trim_scale(round(heard_high, 4)) as voices_high,
    trim_scale(round(coalesce(known_low, known), 4)) as known_low,
    trim_scale(round(coalesce(known_high, known), 4)) as known_high,
    case when coalesce(null_reason, '') <> 'not_collected' then trim_scale(round(share, 8)) end as share,
    denominator_kind,
    as_at as population_as_at,
    population::bigint as population,
    trim_scale(round(population_share, 8)) as population_share,
    case when null_reason is null then trim_scale(round(ratio, 8)) end as ratio,
    case when null_reason is null then trim_scale(round(ratio_lower, 8)) end as ratio_lower,
    case when null_reason is null then trim_scale(round(ratio_upper, 8)) end as ratio_upper,
    case when null_reason is null then trim_scale(round(ratio_if_none, 8)) end as ratio_if_none,
    case when null_reason is null then trim_scale(round(ratio_if_all, 8)) end as ratio_if_all,
    null_reason,
    seldom_below,
    often_above,
    fewest,
    case
        when null_reason is null
            then {{ heard_status('ratio_lower', 'ratio_upper', 'seldom_below', 'often_above') }}
    end as status,
    case when null_reason is null then ratio_upper < seldom_below and ratio_if_all < seldom_below end as whatever_the_unknown,
    case
        when null_reason is null and basis = 'people' and population_share < 1
            then greatest(0, ceil((population_share * of_known - heard) / (1 - population_share)))::bigint
    end as more_to_parity,
    case when null_reason is null then round(population * greatest(0, 1 - ratio))::bigint end as people_unheard,
    case when population > 0 then trim_scale(round(1000 * heard / population, 4)) end as voices_per_1000,
    case
        when null_reason is null and approach = 'response' then trim_scale(round(sqrt(population_share) * (ratio - 1), 8))
    end as partial_indicator
from compared
