-- One row per pull and story: the story as that pull showed it. A service that fails for one item puts an apology where its text
-- should be; what was known of the text before then still holds.
with pulled as (
    select distinct on (raw.extract_id, raw.id)
        raw.extract_id,
        extracts.sender,
        extracts.period_end as pulled_on,
        raw.id as story_id,
        (raw.document -> 'item')::jsonb as item
    from {{ source('care_opinion', 'care_opinion') }} as raw
    inner join {{ extracts_in_use('care_opinion') }} as extracts on raw.extract_id = extracts.extract_id
    where raw.resource = 'opinion' and json_typeof(raw.document -> 'item') = 'object'
    -- A story that moved from one page to the next while pages were read is there twice, as it was each time.
    order by raw.extract_id asc, raw.id asc, raw.row_number desc
),

texts as (
    select
        *,
        case when btrim(item ->> 'body') not in ('', 'Sorry! Something went wrong.') then item ->> 'body' end as body
    from pulled
),

known as (
    select
        *,
        max(pulled_on) filter (where body is not null) over (partition by story_id order by pulled_on) as text_of
    from texts
)

select
    known.extract_id,
    known.sender,
    known.pulled_on,
    known.story_id,
    known.item,
    known.item ->> 'title' as title,
    carried.body as text,
    known.body is null as text_failed,
    known.item ->> 'progress' as progress,
    known.item ->> 'criticality' as criticality,
    known.item ->> 'source' as published_through,
    known.item ->> 'authorRole' as author_role,
    known.item ->> 'authorAgeGroup' as age_group,
    case jsonb_typeof(known.item -> 'readBy') when 'array' then jsonb_array_length(known.item -> 'readBy') end as read_by,
    {{ care_opinion_time("known.item ->> 'dateOfSubmission'") }} as submitted_at,
    {{ care_opinion_time("known.item ->> 'dateOfPublication'") }} as published_at
from known
left join known as carried on known.story_id = carried.story_id and known.text_of = carried.pulled_on
