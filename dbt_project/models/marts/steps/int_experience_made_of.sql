{{ config(materialized='table') }}

-- What each period of what was heard along pathways is made of: measures, voices, which organisations make up which place, and
-- which boards there were. A voice is what it says, whom it is about and how it was coded, and not the file that it stands in: a
-- file that says all of it again changes nothing.
with codes as (
    select
        voice_id,
        sum({{ said_by(['voice_id', 'scheme', 'code']) }}) as said
    from {{ ref('bridge_voice_code') }}
    group by voice_id
),

organisations as (
    select
        voice_id,
        sum({{ said_by(['voice_id', 'organisation_code', 'role']) }}) as said
    from {{ ref('bridge_voice_organisation') }}
    where role in ('about', 'also_about', 'involved')
    group by voice_id
),

voices as (
    select
        voice.*,
        {{ heard_on('voice') }} as heard_on
    from {{ ref('voice_once') }} as voice
),

parts as (
    select
        period_code,
        period_end,
        {{ said_by(['made_of']) }} as said
    from {{ ref('measure_in_period') }}
    group by period_code, period_end, made_of

    union all

    select
        span.period_code,
        span.period_end,
        {{ said_by(['voice.icb_code', 'voice.voice_id', 'voice.organisation_code', 'voice.polarity']) }}
        + coalesce(codes.said, 0) + coalesce(organisations.said, 0) as said
    from voices as voice
    cross join lateral {{ quarter_and_year('voice.heard_on', 'voice.heard_on') }} as span
    left join codes on voice.voice_id = codes.voice_id
    left join organisations on voice.voice_id = organisations.voice_id
),

periods as (
    select
        period_code,
        period_end,
        sum(said) as said
    from parts
    group by period_code, period_end
),

boards as (
    select coalesce(sum({{ said_by(['organisation_code', 'opened_on', 'closed_on']) }}), 0) as said
    from {{ ref('dim_organisation') }}
    where organisation_level = 'icb' and is_current
)

select
    periods.period_code,
    md5(row(periods.said, places.said, boards.said)::text) as made_of
from periods
cross join lateral {{ places_said('periods.period_end') }} as places
cross join boards
