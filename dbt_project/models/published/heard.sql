-- Who was heard in each board, of every source that anybody may use, over three years to its newest month, beside the people who
-- might have been. How each count is told says `disclosure.told` (`ics_insight.disclosure`): too small ones are hidden, and
-- those with which they could be worked out; others are rounded where their source's policy rounds. Every figure is made of what is
-- told and of nothing else, so that it tells no more. Of a hidden group stands how many at least and at most a reader can work out;
-- where even the most would be too few for its share of the people, that is said: it follows from what is shown. Of how many a
-- characteristic is not known is left out: with it, all who were heard could be worked out, and from these the few of whom another
-- is not known.
with compared as (
    select
        *,
        concat_ws('|', icb_code, source, characteristic, period_start, period_end) as of_characteristic
    from {{ ref('representation') }}
    where organisation_level = 'icb' and period_kind = 'three_years' and basis = 'people'
),

controlled as (
    select
        compared.*,
        of_group.policy,
        of_group.shown as voices_shown,
        of_known.shown as known_shown,
        case
            -- a sum of what some did not send, or hid, is no count
            when compared.null_reason not in ('no_denominator', 'too_few') then compared.null_reason
            when compared.banded then 'banded_by_its_sender'
            when of_group.shown is null then 'small_number'
        end as voices_null_reason,
        case
            -- a sum of what some did not send, or hid, is no count
            when compared.null_reason not in ('no_denominator', 'too_few') then compared.null_reason
            when compared.banded then 'banded_by_its_sender'
            when of_known.shown is null then 'small_number'
        end as known_null_reason,
        of_group.least as at_least,
        of_group.most as at_most
    from compared
    left join {{ source('disclosure', 'told') }} as of_group
        on of_group.subject = 'heard' and of_group.cell = compared.of_characteristic || '|' || compared.group_code
    left join {{ source('disclosure', 'told') }} as of_known
        on of_known.subject = 'heard' and of_known.cell = compared.of_characteristic || '|known'
),

-- Where a sender banded small groups, counts are middles of bands and are not shown; the interval reaches from the fewest to the
-- most that there may be, of numbers that are rounded as well.
ends as (
    select
        *,
        least(at_most, known_shown) as at_most_of_known,
        greatest(0, voices_shown - {{ nearest_five('voices - voices_low') }})::numeric as few,
        (voices_shown + {{ nearest_five('voices_high - voices') }})::numeric as many,
        greatest(0, known_shown - voices_shown - {{ nearest_five('known - voices - known_low + voices_low') }}) as few_others,
        known_shown - voices_shown + {{ nearest_five('known_high - voices_high - known + voices') }} as many_others
    from controlled
),

shares as (
    select
        *,
        voices_shown::numeric / nullif(known_shown, 0) as share_shown,
        few / nullif(few + many_others, 0) * known_shown as least_of_known,
        many / nullif(many + few_others, 0) * known_shown as most_of_known
    from ends
),

told as (
    select
        *,
        case
            when null_reason <> 'too_few' then null_reason
            when voices_shown is null or known_shown is null then coalesce(voices_null_reason, known_null_reason)
            when known_shown < fewest then 'too_few'
        end as ratio_null_reason,
        trim_scale(round(share_shown / population_share, 8)) as ratio_told,
        trim_scale(round({{ wilson_95('lower', 'least_of_known', 'known_shown') }} / population_share, 8)) as lower_told,
        trim_scale(round({{ wilson_95('upper', 'most_of_known', 'known_shown') }} / population_share, 8)) as upper_told
    from shares
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
    case when told.voices_null_reason is null then told.voices_shown end as voices,
    told.voices_null_reason,
    case when told.voices_null_reason = 'small_number' then told.at_least end as at_least,
    case when told.voices_null_reason = 'small_number' then told.at_most end as at_most,
    case when told.known_null_reason is null then told.known_shown end as known,
    told.known_null_reason,
    told.denominator_kind,
    told.population_as_at,
    told.population,
    told.population_share,
    case when told.ratio_null_reason is null then told.ratio_told end as ratio,
    case when told.ratio_null_reason is null then told.lower_told end as ratio_lower,
    case when told.ratio_null_reason is null then told.upper_told end as ratio_upper,
    told.ratio_null_reason,
    told.seldom_below,
    case
        when told.ratio_null_reason is null
            then {{ heard_status('told.lower_told', 'told.upper_told', 'told.seldom_below', 'told.often_above') }}
        when
            told.voices_null_reason = 'small_number' and told.known_null_reason is null
            and {{ wilson_95('upper', 'told.at_most_of_known', 'told.known_shown') }}
            < told.seldom_below * told.population_share
            then 'seldom_heard'
    end as status,
    told.policy
from told
left join {{ ref('population_group') }} as groups
    on told.characteristic = groups.characteristic and told.group_code = groups.group_code
left join {{ ref('source_vocabulary') }} as titles on told.source = titles.source
