-- For each group that a source seldom hears in a board, who hears it already: source and organisation by organisation, how many of
-- the group in the three years to that source's newest month, when last, by which channels, and whether they went to where people
-- are. Before a new exercise is begun, this is who could be asked.
with gaps as (
    select
        icb_code,
        source,
        characteristic,
        group_code,
        ratio,
        more_to_parity,
        people_unheard
    from {{ ref('representation') }}
    where organisation_level = 'icb' and period_kind = 'three_years' and status = 'seldom_heard'
),

newest as (
    select
        source,
        max(period_end) as period_end
    from {{ ref('fct_respondent_profile') }}
    group by source
),

reached as (
    select
        profile.now_icb_code as icb_code,
        profile.source,
        profile.organisation_code,
        profile.characteristic,
        profile.group_code,
        sum(coalesce(profile.people, profile.people_low)) as people,
        max(profile.period_end) as last_heard
    from {{ ref('fct_respondent_profile') }} as profile
    inner join newest on profile.source = newest.source
    where
        profile.organisation_level = 'sender'
        and profile.period_end > (newest.period_end - interval '3 years')::date
        and coalesce(profile.people, profile.people_low) > 0
    group by profile.now_icb_code, profile.source, profile.organisation_code, profile.characteristic, profile.group_code
),

channels as (
    select
        voice.source,
        voice.collected_by_code,
        string_agg(distinct voice.channel_code, ', ' order by voice.channel_code) as channels,
        bool_or(not channel.came_to_us) as went_to_them
    from {{ ref('fct_voice') }} as voice
    inner join {{ ref('dim_channel') }} as channel on voice.channel_code = channel.channel_code
    group by voice.source, voice.collected_by_code
)

select
    gaps.icb_code,
    gaps.source,
    gaps.characteristic,
    gaps.group_code,
    gaps.ratio,
    gaps.more_to_parity,
    gaps.people_unheard,
    reached.source as reached_by_source,
    reached.organisation_code as reached_by_organisation,
    trim_scale(round(reached.people, 4)) as reached,
    reached.last_heard,
    channels.channels,
    coalesce(channels.went_to_them, false) as went_to_them,
    elsewhere.ratio as ratio_there,
    elsewhere.status as status_there
from gaps
inner join reached
    on
        gaps.icb_code = reached.icb_code
        and gaps.characteristic = reached.characteristic
        and gaps.group_code = reached.group_code
        and gaps.source <> reached.source
left join channels on reached.source = channels.source and reached.organisation_code = channels.collected_by_code
left join {{ ref('representation') }} as elsewhere
    on
        reached.icb_code = elsewhere.icb_code
        and reached.source = elsewhere.source
        and elsewhere.organisation_level = 'icb'
        and elsewhere.period_kind = 'three_years'
        and gaps.group_code = elsewhere.group_code
