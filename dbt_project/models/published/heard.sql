-- Who was heard in each board, of every source that anybody may use, over three years to its newest month, beside the people who
-- might have been. Counts that are too small, and those with which they could be worked out, are hidden (`ics_insight.disclosure`),
-- and with them every figure made from them. Of such a group stands how many at least and at most a reader can work out; where even
-- the most would be too few for its share of the people, that is said: it follows from what is shown. Of how many a characteristic
-- is not known is left out: with it, all who were heard could be worked out, and from these the few of whom another is not known.
with compared as (
    select
        *,
        concat_ws('|', icb_code, source, period_start, period_end, characteristic) as of_characteristic
    from {{ ref('representation') }}
    where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people'
),

banded as (
    select
        icb_code,
        source
    from compared
    group by icb_code, source
    having bool_or(voices <> trunc(voices))
),

controlled as (
    select
        compared.*,
        case
            when compared.null_reason = 'not_collected' then 'not_collected'
            when banded.source is not null then 'banded_by_its_sender'
            when of_group.cell is not null then 'small_number'
        end as voices_null_reason,
        case
            when compared.null_reason = 'not_collected' then 'not_collected'
            when banded.source is not null then 'banded_by_its_sender'
            when of_known.cell is not null then 'small_number'
        end as known_null_reason,
        of_group.least as at_least,
        of_group.most as at_most
    from compared
    left join banded on compared.icb_code = banded.icb_code and compared.source = banded.source
    left join {{ source('disclosure', 'hidden') }} as of_group
        on of_group.subject = 'heard' and of_group.cell = compared.of_characteristic || '|' || compared.group_code
    left join {{ source('disclosure', 'hidden') }} as of_known
        on of_known.subject = 'heard' and of_known.cell = compared.of_characteristic || '|known'
)

select
    controlled.icb_code,
    controlled.source,
    titles.title as source_title,
    controlled.period_start,
    controlled.period_end,
    controlled.characteristic,
    controlled.group_code,
    coalesce(groups.label, replace(split_part(controlled.group_code, ':', 2), '_', ' ')) as group_label,
    groups.position,
    case when controlled.voices_null_reason is null then controlled.voices::bigint end as voices,
    controlled.voices_null_reason,
    case when controlled.voices_null_reason = 'small_number' then controlled.at_least end as at_least,
    case when controlled.voices_null_reason = 'small_number' then controlled.at_most end as at_most,
    case when controlled.known_null_reason is null then controlled.known::bigint end as known,
    controlled.known_null_reason,
    controlled.denominator_kind,
    controlled.population_as_at,
    controlled.population,
    controlled.population_share,
    case when coalesce(controlled.voices_null_reason, controlled.known_null_reason) is null then controlled.ratio end as ratio,
    case when coalesce(controlled.voices_null_reason, controlled.known_null_reason) is null then controlled.ratio_lower end
        as ratio_lower,
    case when coalesce(controlled.voices_null_reason, controlled.known_null_reason) is null then controlled.ratio_upper end
        as ratio_upper,
    -- that there are too few tells of how many: it is said of what is shown alone
    coalesce(
        case when controlled.null_reason in ('not_collected', 'no_denominator') then controlled.null_reason end,
        controlled.voices_null_reason,
        controlled.known_null_reason,
        controlled.null_reason
    ) as ratio_null_reason,
    controlled.seldom_below,
    case
        when controlled.null_reason in ('not_collected', 'no_denominator') then null
        when coalesce(controlled.voices_null_reason, controlled.known_null_reason) is null then controlled.status
        when
            controlled.known_null_reason is null
            and {{ wilson_95('upper', 'controlled.at_most', 'controlled.known') }}
            < controlled.seldom_below * controlled.population_share
            then 'seldom_heard'
    end as status
from controlled
left join {{ ref('population_group') }} as groups
    on controlled.characteristic = groups.characteristic and controlled.group_code = groups.group_code
left join {{ ref('source_vocabulary') }} as titles on controlled.source = titles.source
