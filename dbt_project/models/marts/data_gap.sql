-- What each source does not tell about who speaks: no column for it, a column that is not published, or answers that are missing.
-- That something is not collected is a finding, not a blank.
with newest as (
    select
        source,
        max(period_end) as period_end
    from {{ ref('fct_respondent_profile') }}
    group by source
),

-- each person once: of a survey England's figures, or those of the level that it has
levels as (
    select
        profile.source,
        profile.organisation_level,
        row_number() over (
            partition by profile.source
            order by
                array_position(array['england', 'sender', 'icb', 'provider', 'practice', 'pcn'], profile.organisation_level)
        ) as choice
    from {{ ref('fct_respondent_profile') }} as profile
    group by profile.source, profile.organisation_level
),

told as (
    select
        profile.source,
        profile.characteristic,
        sum(coalesce(profile.people, (profile.people_low + profile.people_high) / 2)) as people,
        sum(coalesce(profile.people, (profile.people_low + profile.people_high) / 2)) filter (where profile.is_unknown) as unknown,
        bool_and(profile.group_code like '%:not\_asked') as never_asked
    from {{ ref('fct_respondent_profile') }} as profile
    inner join newest on profile.source = newest.source
    inner join levels
        on profile.source = levels.source and profile.organisation_level = levels.organisation_level and levels.choice = 1
    where profile.period_end > (newest.period_end - interval '3 years')::date
    group by profile.source, profile.characteristic
)

select
    stated.source,
    stated.characteristic,
    stated.recorded,
    stated.why,
    trim_scale(round(told.people, 4)) as people,
    trim_scale(round(coalesce(told.unknown, 0), 4)) as unknown,
    case
        when stated.recorded = 'recorded' and not told.never_asked
            then trim_scale(round(coalesce(told.unknown, 0) / nullif(told.people, 0), 8))
    end as share_unknown,
    case
        when stated.recorded <> 'recorded' then stated.recorded
        when coalesce(told.people, 0) = 0 then 'nothing_held'
        when told.never_asked then 'not_collected'
    end as null_reason,
    case
        when stated.recorded = 'not_collected' then 'cannot_be_recorded'
        when stated.recorded = 'not_published' then 'not_published'
        when coalesce(told.people, 0) = 0 then 'nothing_held'
        when told.never_asked then 'column_never_filled'
        when told.unknown > 0.5 * told.people then 'mostly_unknown'
        when told.unknown > 0.1 * told.people then 'partly_unknown'
        else 'known'
    end as finding,
    stated.version
from {{ ref('source_characteristic') }} as stated
left join told on stated.source = told.source and stated.characteristic = told.characteristic
