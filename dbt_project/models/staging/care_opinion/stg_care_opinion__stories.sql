-- The newest version of each story over all pulls. A story that a later pull does not show was withdrawn or was not asked for: it
-- stays, and says since when it was not seen.
with newest as (
    select distinct on (story_id)
        *,
        min(pulled_on) over (partition by story_id) as first_pull
    from {{ ref('stg_care_opinion__pulled') }}
    order by story_id asc, pulled_on desc
),

pulls as (
    select distinct period_end as pulled_on
    from {{ extracts_in_use('care_opinion') }} as extracts
),

services as (
    select
        story_id,
        count(distinct organisation_code) as organisations,
        min(organisation_code) as organisation_code,
        string_agg(distinct organisation_text, '; ' order by organisation_text) as organisation_text,
        string_agg(distinct service_text, '; ' order by service_text) as service_text
    from {{ ref('stg_care_opinion__story_services') }}
    group by story_id
)

select
    'care_opinion:' || newest.story_id as voice_id,
    newest.story_id,
    newest.extract_id,
    newest.sender,
    newest.submitted_at::date as said_on,
    newest.published_at::date as received_on,
    -- A story about several organisations belongs to none of them alone: stg_care_opinion__story_services has them.
    case when services.organisations = 1 then services.organisation_code end as about_organisation_code,
    case
        when services.organisations > 1 then 'not_applicable'
        when coalesce(services.organisations, 0) = 0 then 'not_collected'
    end as about_organisation_null_reason,
    coalesce(services.organisations, 0) as organisations,
    services.organisation_text,
    services.service_text,
    newest.author_role,
    roles.respondent_role,
    case newest.published_through when 'nhsc' then 'nhs_website' else 'care_opinion' end as channel,
    false as solicited,
    newest.age_group,
    newest.criticality,
    array_position(
        array['not', 'minimally', 'mildly', 'moderately', 'strongly', 'severely'],
        regexp_replace(lower(btrim(newest.criticality)), ' critical$', '')
    ) - 1 as criticality_level,
    case
        when newest.criticality is null and newest.published_through = 'nhsc' then 'not_applicable'
        when newest.criticality is null then 'not_collected'
    end as criticality_null_reason,
    newest.progress,
    progress.step as progress_step,
    progress.claims as claimed_change,
    newest.read_by,
    newest.title,
    newest.text,
    case when newest.text is null then 'not_submitted' end as text_null_reason,
    newest.first_pull,
    newest.pulled_on as last_pull,
    (
        select min(pulls.pulled_on)
        from pulls
        where pulls.pulled_on > newest.pulled_on
    ) as not_seen_since,
    'CC BY-NC-SA 4.0' as licence
from newest
left join services on newest.story_id = services.story_id
left join {{ ref('care_opinion_author_role') }} as roles on lower(btrim(newest.author_role)) = roles.author_role
left join {{ ref('care_opinion_progress') }} as progress on newest.progress = progress.progress
