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

controlled as (
    select
        compared.*,
        case
            -- a sum of what some did not send, or hid, is no count
            when compared.null_reason not in ('no_denominator', 'too_few') then compared.null_reason
            when compared.banded then 'banded_by_its_sender'
            when of_group.cell is not null then 'small_number'
        end as voices_null_reason,
        case
            -- a sum of what some did not send, or hid, is no count
            when compared.null_reason not in ('no_denominator', 'too_few') then compared.null_reason
            when compared.banded then 'banded_by_its_sender'
            when of_known.cell is not null then 'small_number'
        end as known_null_reason,
        of_group.least as at_least,
        of_group.most as at_most
    from compared
    left join {{ source('disclosure', 'hidden') }} as of_group
        on of_group.subject = 'heard' and of_group.cell = compared.of_characteristic || '|' || compared.group_code
    left join {{ source('disclosure', 'hidden') }} as of_known
        on of_known.subject = 'heard' and of_known.cell = compared.of_characteristic || '|known'
),

-- A ratio is told where both counts are; of bands as well, whose middles tell no count.
told as (
    select
        *,
        (voices_null_reason is null and known_null_reason is null) or voices_null_reason = 'banded_by_its_sender' as is_told
    from controlled
)

select
    told.icb_code,
    told.source,
    titles.title as source_title,
    told.period_start,
    told.period_end,
    told.characteristic,
    told.group_code,
    coalesce(groups.label, replace(split_part(told.group_code, ':', 2), '_', ' ')) as group_label,
    groups.position,
    case when told.voices_null_reason is null then told.voices::bigint end as voices,
    told.voices_null_reason,
    case when told.voices_null_reason = 'small_number' then told.at_least end as at_least,
    case when told.voices_null_reason = 'small_number' then told.at_most end as at_most,
    case when told.known_null_reason is null then told.known::bigint end as known,
    told.known_null_reason,
    told.denominator_kind,
    told.population_as_at,
    told.population,
    told.population_share,
    case when told.is_told then told.ratio end as ratio,
    case when told.is_told then told.ratio_lower end as ratio_lower,
    case when told.is_told then told.ratio_upper end as ratio_upper,
    -- that there are too few tells of how many: it is said of what is shown alone
    case
        when told.is_told then told.null_reason
        else
            coalesce(
                case when told.null_reason <> 'too_few' then told.null_reason end, told.voices_null_reason, told.known_null_reason
            )
    end as ratio_null_reason,
    told.seldom_below,
    case
        when told.is_told then told.status
        when told.null_reason <> 'too_few' then null
        when
            told.known_null_reason is null
            and {{ wilson_95('upper', 'told.at_most', 'told.known') }}
            < told.seldom_below * told.population_share
            then 'seldom_heard'
    end as status
from told
left join {{ ref('population_group') }} as groups
    on told.characteristic = groups.characteristic and told.group_code = groups.group_code
left join {{ ref('source_vocabulary') }} as titles on told.source = titles.source
