{# History cut by boards and organisations as they are now. The query that calls this has a CTE `facts` in the columns of
   `fct_measure`; it ends with a CTE `as_now`: one row per measure, period and group of each board that is there now, and of each
   organisation that others became part of.

   A board's own published row stands where it was the same board. Before, it is made of boards that became part of it whole, or else
   of the level that `recut_rule` names; never of a share of the row of a board that was split. What nobody can rebuild is a row that
   says so. #}
{% macro recut() -%}
rules as (
    select distinct on (measures.measure_code)
        measures.measure_code,
        string_to_array(rule.from_level, '|') as from_levels,
        rule.geography,
        rule.icb_row_is,
        rule.method,
        rule.why
    from (select distinct facts.measure_code from facts) as measures
    inner join {{ with_local('recut_rule', ['measure_like']) }} as rule on measures.measure_code like rule.measure_like
    order by measures.measure_code asc, length(rule.measure_like) desc
),

organisations as (
    select
        organisation_code,
        organisation_level,
        status,
        now_organisation_code,
        now_icb_code,
        now_icb_null_reason
    from {{ ref('dim_organisation') }}
    where is_current
),

successions as (
    select * from {{ ref('bridge_organisation_succession') }}
),

-- boards and organisations that there are now, with the last day on which something became part of them
heirs as (
    select
        organisations.organisation_code,
        organisations.organisation_level,
        max(coalesce(successions.effective_on, 'infinity')) filter (where successions.predecessor is not null) as joined_on,
        count(successions.predecessor) as predecessors
    from organisations
    left join successions on organisations.organisation_code = successions.successor
    where
        organisations.now_organisation_code = organisations.organisation_code
        and (organisations.organisation_level = 'icb' or successions.predecessor is not null)
        and not (organisations.organisation_level = 'icb' and organisations.status = 'closed')
    group by organisations.organisation_code, organisations.organisation_level
),

-- every split board with those that it became part of
split_boards as (
    select
        successions.predecessor,
        successions.successor
    from successions
    where successions.kind = 'icb' and coalesce(successions.weight, 0) < 1
),

ruled as (
    select
        facts.*,
        rules.from_levels,
        rules.geography,
        rules.icb_row_is,
        rules.method as rule_method,
        rules.why as rule_why,
        organisations.now_organisation_code,
        organisations.now_icb_code,
        organisations.now_icb_null_reason
    from facts
    inner join rules on facts.measure_code = rules.measure_code
    left join organisations on facts.organisation_code = organisations.organisation_code
    where facts.organisation_level <> 'england'
),

-- Rows that stand as they were published. A board's row does unless one that it followed has a row of the same period: then it tells of
-- less than the board is now. An organisation's row does when nothing became part of it later and nothing that did has its own.
published as (
    select
        ruled.*,
        heirs.joined_on
    from ruled
    inner join heirs on ruled.organisation_code = heirs.organisation_code
    where
        (
            heirs.organisation_level = 'icb' and ruled.organisation_level = 'icb' and ruled.icb_row_is = 'area'
            or heirs.organisation_level <> 'icb' and coalesce(heirs.joined_on <= ruled.period_end, true)
        )
        and not exists (
            select from successions
            inner join ruled as other on successions.predecessor = other.organisation_code
            where
                successions.successor = ruled.organisation_code
                and other.organisation_level = ruled.organisation_level
                and other.measure_code = ruled.measure_code
                and other.period_start = ruled.period_start
                and other.period_end = ruled.period_end
                and other.group_code = ruled.group_code
        )
),

-- What a row as it is now is made of. `nearness`: 1 boards that went over whole, 2 the level that the rule names.
members as (
    select
        ruled.now_icb_code as heir_code,
        'icb' as heir_level,
        1 as nearness,
        ruled.*
    from ruled
    where
        ruled.organisation_level = 'icb' and ruled.icb_row_is = 'area' and ruled.now_icb_code is not null
        and ruled.now_icb_code not in (select split_boards.successor from split_boards)

    union all

    select
        ruled.now_icb_code as heir_code,
        'icb' as heir_level,
        2 as nearness,
        ruled.*
    from ruled
    where
        ruled.organisation_level = any(ruled.from_levels)
        and ruled.now_icb_code is not null
        and ruled.rule_method <> 'none'
        -- whom the publisher puts under no board (the independent sector) is in no board's published row either
        and ruled.icb_code <> 'UNK'

    union all

    -- an organisation and those that became part of it, each at its own level
    select
        ruled.now_organisation_code as heir_code,
        ruled.organisation_level as heir_level,
        1 as nearness,
        ruled.*
    from ruled
    inner join heirs on ruled.now_organisation_code = heirs.organisation_code
    where heirs.organisation_level <> 'icb' and ruled.organisation_level <> 'icb'
),

-- Figures of a split board's area of which nobody can tell which of the new boards they belong to.
unplaced as (
    select
        split_boards.successor as heir_code,
        ruled.measure_code,
        ruled.period_start,
        ruled.period_end,
        ruled.group_code,
        count(*) as members,
        sum(coalesce(ruled.denominator, ruled.base, 1)) as weighs
    from ruled
    inner join split_boards on ruled.icb_code = split_boards.predecessor
    where ruled.organisation_level = any(ruled.from_levels) and ruled.now_icb_null_reason = 'split'
    group by split_boards.successor, ruled.measure_code, ruled.period_start, ruled.period_end, ruled.group_code
),

gathered as (
    select
        heir_code,
        heir_level,
        nearness,
        source,
        measure_code,
        period_start,
        period_end,
        group_code,
        max(scale) as scale,
        max(series) as series,
        max(geography) as geography,
        max(rule_method) as rule_method,
        max(rule_why) as rule_why,
        string_agg(distinct organisation_level, '|') as made_of_level,
        count(*) as members,
        count(*) filter (where value is null) as members_missing,
        sum(numerator) filter (where value is not null) as numerator,
        sum(denominator) filter (where value is not null) as denominator,
        sum(value) filter (where value is not null) as total,
        -- By the weighted base: the smallest practice's answers do not count as much as they are many. By the people who answered
        -- where it is not published.
        sum(value * coalesce(denominator, base)) filter (where value is not null) as weighted_total,
        sum(coalesce(denominator, base)) filter (where value is not null) as weights,
        sum(base) filter (where value is not null) as base,
        sum(coalesce(denominator, base, 1)) as weighs,
        max(null_reason) as null_reason
    from members
    group by heir_code, heir_level, nearness, source, measure_code, period_start, period_end, group_code
),

nearest as (
    select distinct on (
        gathered.heir_code, gathered.heir_level, gathered.measure_code, gathered.period_start, gathered.period_end, gathered.group_code
    )
        gathered.*,
        -- a board that went over whole and has no row
        case
            when gathered.nearness = 1 and gathered.heir_level = 'icb' then greatest(heirs.predecessors - gathered.members, 0)
            else 0
        end as absent
    from gathered
    inner join heirs on gathered.heir_code = heirs.organisation_code
    order by
        gathered.heir_code asc, gathered.heir_level asc, gathered.measure_code asc, gathered.period_start asc,
        gathered.period_end asc, gathered.group_code asc,
        (gathered.nearness = 1 and gathered.heir_level = 'icb' and gathered.members < heirs.predecessors) asc,
        gathered.nearness asc
),

-- Where a twentieth or more of what it would be made of cannot be placed, there is no figure.
judged as (
    select
        nearest.*,
        coalesce(unplaced.members, 0) as unplaced,
        case
            when nearest.rule_method = 'none' then nearest.rule_why
            when 20 * coalesce(unplaced.weighs, 0) >= nearest.weighs + coalesce(unplaced.weighs, 0)
                then 'nobody says to which of the new boards ' || unplaced.members || ' of the figures belong that it is made of'
        end as obstacle
    from nearest
    left join unplaced
        on
            nearest.heir_level = 'icb'
            and nearest.heir_code = unplaced.heir_code
            and nearest.measure_code = unplaced.measure_code
            and nearest.period_start = unplaced.period_start
            and nearest.period_end = unplaced.period_end
            and nearest.group_code = unplaced.group_code
),

worked_out as (
    select
        *,
        case
            when obstacle is not null then null
            when rule_method = 'weighted_mean' then trim_scale(weighted_total / nullif(weights, 0))
            when scale = 'count' then total
            else trim_scale(numerator / nullif(denominator, 0))
        end as value,
        rule_method = 'sum' and scale = 'proportion' and obstacle is null and coalesce(denominator, 0) > 0 as has_interval,
        case
            when obstacle is not null then 'cannot_be_recut'
            when members_missing = members then null_reason
            else 'not_applicable'
        end as reason
    from judged
),

-- What was published of a board that was split, and of which there is nothing to make the new boards of.
lost as (
    select distinct
        split_boards.successor as heir_code,
        ruled.source,
        ruled.measure_code,
        ruled.period_start,
        ruled.period_end,
        ruled.group_code,
        ruled.scale,
        ruled.series,
        ruled.geography,
        ruled.from_levels,
        ruled.rule_why,
        ruled.organisation_code as split_code
    from ruled
    inner join split_boards on ruled.organisation_code = split_boards.predecessor
    where ruled.organisation_level = 'icb' and ruled.icb_row_is = 'area'
),

as_now as (
    select
        case when heirs.organisation_level = 'icb' then published.organisation_code else coalesce(published.now_icb_code, 'UNK') end as icb_code,
        published.source,
        published.measure_code,
        published.organisation_code,
        published.organisation_level,
        published.period_start,
        published.period_end,
        published.group_code,
        published.value,
        published.scale,
        published.numerator,
        published.denominator,
        published.base,
        published.lower,
        published.upper,
        published.interval_method,
        published.null_reason,
        published.interval_null_reason,
        published.series,
        published.geography,
        'as_published' as method,
        published.organisation_level as made_of_level,
        1::bigint as members,
        0::bigint as members_missing,
        null::text as why
    from published
    inner join heirs on published.organisation_code = heirs.organisation_code

    union all

    select
        case when worked_out.heir_level = 'icb' then worked_out.heir_code else coalesce(organisations.now_icb_code, 'UNK') end as icb_code,
        worked_out.source,
        worked_out.measure_code,
        worked_out.heir_code as organisation_code,
        worked_out.heir_level as organisation_level,
        worked_out.period_start,
        worked_out.period_end,
        worked_out.group_code,
        worked_out.value,
        worked_out.scale,
        case when worked_out.rule_method = 'sum' and worked_out.obstacle is null then worked_out.numerator end as numerator,
        case when worked_out.rule_method = 'sum' and worked_out.obstacle is null then worked_out.denominator end as denominator,
        case when worked_out.obstacle is null then worked_out.base::bigint end as base,
        case when worked_out.has_interval then {{ wilson_95('lower', 'worked_out.numerator', 'worked_out.denominator') }} end as lower,
        case when worked_out.has_interval then {{ wilson_95('upper', 'worked_out.numerator', 'worked_out.denominator') }} end as upper,
        case when worked_out.has_interval then 'wilson_95' end as interval_method,
        case when worked_out.value is null then worked_out.reason end as null_reason,
        case
            when worked_out.has_interval then null
            when worked_out.value is null then worked_out.reason
            else 'not_applicable'
        end as interval_null_reason,
        worked_out.series,
        worked_out.geography,
        case
            when worked_out.obstacle is not null then 'none'
            when worked_out.rule_method = 'weighted_mean' then 'derived'
            else 'resummed'
        end as method,
        worked_out.made_of_level,
        worked_out.members,
        worked_out.members_missing + worked_out.unplaced + worked_out.absent as members_missing,
        coalesce(worked_out.obstacle, worked_out.rule_why) as why
    from worked_out
    left join organisations on worked_out.heir_code = organisations.organisation_code
    inner join heirs on worked_out.heir_code = heirs.organisation_code
    where not exists (
        select from published
        where
            published.organisation_code = worked_out.heir_code
            and published.organisation_level = worked_out.heir_level
            and published.measure_code = worked_out.measure_code
            and published.period_start = worked_out.period_start
            and published.period_end = worked_out.period_end
            and published.group_code = worked_out.group_code
    )

    union all

    select
        lost.heir_code as icb_code,
        lost.source,
        lost.measure_code,
        lost.heir_code as organisation_code,
        'icb' as organisation_level,
        lost.period_start,
        lost.period_end,
        lost.group_code,
        null::numeric as value,
        max(lost.scale) as scale,
        null::numeric as numerator,
        null::numeric as denominator,
        null::bigint as base,
        null::numeric as lower,
        null::numeric as upper,
        null::text as interval_method,
        'cannot_be_recut' as null_reason,
        'cannot_be_recut' as interval_null_reason,
        max(lost.series) as series,
        max(lost.geography) as geography,
        'none' as method,
        null::text as made_of_level,
        0::bigint as members,
        0::bigint as members_missing,
        'board ' || string_agg(lost.split_code, ' and ' order by lost.split_code) || ' was split: '
        || case when max(lost.from_levels) is null then max(lost.rule_why) else 'nothing below it was published' end as why
    from lost
    where
        not exists (
            select from worked_out
            where
                worked_out.heir_level = 'icb'
                and worked_out.heir_code = lost.heir_code
                and worked_out.measure_code = lost.measure_code
                and worked_out.period_start = lost.period_start
                and worked_out.period_end = lost.period_end
                and worked_out.group_code = lost.group_code
        )
        and not exists (
            select from published
            where
                published.organisation_level = 'icb'
                and published.organisation_code = lost.heir_code
                and published.measure_code = lost.measure_code
                and published.period_start = lost.period_start
                and published.period_end = lost.period_end
                and published.group_code = lost.group_code
        )
    group by lost.heir_code, lost.source, lost.measure_code, lost.period_start, lost.period_end, lost.group_code
)
{%- endmacro %}
