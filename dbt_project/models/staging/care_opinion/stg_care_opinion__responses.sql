-- What providers answered, each response as the newest pull that has it showed it. That something was changed is what they say.
with sent as (
    select
        raw.extract_id,
        raw.id as story_id,
        -- An export may leave out the ids of responses.
        coalesce(raw.document ->> 'id', md5((raw.document -> 'item')::jsonb ->> 'body')) as response_id,
        (raw.document -> 'item')::jsonb as item,
        extracts.period_end as pulled_on
    from {{ source('care_opinion', 'care_opinion') }} as raw
    inner join {{ extracts_in_use('care_opinion') }} as extracts on raw.extract_id = extracts.extract_id
    where raw.resource = 'responses' and json_typeof(raw.document -> 'item') = 'object'
)

select distinct on (story_id, response_id)
    extract_id,
    story_id,
    response_id,
    min(pulled_on) over (partition by story_id, response_id) as first_pull,
    max(pulled_on) over (partition by story_id, response_id) as last_pull,
    {{ care_opinion_time("item ->> 'dateOfSubmission'") }} as written_at,
    {{ care_opinion_time("item ->> 'dateOfPublication'") }} as published_at,
    item ->> 'body' as text,
    nullif(btrim(item ->> 'changeMessage'), '') as change_message,
    nullif(btrim(item ->> 'changeMessage'), '') is not null as claims_change
from sent
where response_id is not null
order by story_id asc, response_id asc, pulled_on desc
