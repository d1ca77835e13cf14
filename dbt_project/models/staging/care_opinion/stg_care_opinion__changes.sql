-- What happened to a story after it was first seen: between the pull before and the pull that showed it. Progress and responses are
-- a provider's word: a change that it says it planned or made is `claimed` until an action shows it.
with steps as (
    select
        *,
        lag(progress) over versions as progress_before,
        lag(last_pull) over versions as pull_before,
        lag(text) over versions as text_before,
        lag(title) over versions as title_before
    from {{ ref('stg_care_opinion__versions') }}
    window versions as (partition by story_id order by version)
),

progressed as (
    select
        steps.extract_id,
        steps.story_id,
        'progress' as change,
        steps.progress_before as from_value,
        steps.progress as to_value,
        progress.claims as claimed_change,
        steps.pull_before as not_before,
        steps.first_pull as seen_on
    from steps
    left join {{ ref('care_opinion_progress') }} as progress on steps.progress = progress.progress
    where steps.version > 1 and steps.progress is distinct from steps.progress_before
),

edited as (
    select
        extract_id,
        story_id,
        'text_edited' as change,
        null as from_value,
        null as to_value,
        null as claimed_change,
        pull_before as not_before,
        first_pull as seen_on
    from steps
    where
        version > 1 and ((text_before is not null and text is distinct from text_before) or title is distinct from title_before)
),

answered as (
    select
        responses.extract_id,
        responses.story_id,
        'response_added' as change,
        null as from_value,
        responses.response_id as to_value,
        case when responses.claims_change then 'made' end as claimed_change,
        (
            select max(pulled.pulled_on)
            from {{ ref('stg_care_opinion__pulled') }} as pulled
            where pulled.story_id = responses.story_id and pulled.pulled_on < responses.first_pull
        ) as not_before,
        responses.first_pull as seen_on
    from {{ ref('stg_care_opinion__responses') }} as responses
)

select * from progressed
union all
select * from edited
union all
select * from answered
