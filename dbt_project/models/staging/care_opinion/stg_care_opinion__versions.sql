-- Stories change after publication. One row per version: a run of pulls that showed the same; `text` counts as it was last known.
-- Named fields are compared, not documents: the API renamed its links and began to give age groups, and no story changed by that.
with marked as (
    select
        *,
        md5(jsonb_build_array(title, text, progress, criticality, read_by, submitted_at, published_at)::text) as content
    from {{ ref('stg_care_opinion__pulled') }}
),

runs as (
    select
        *,
        coalesce(content <> lag(content) over pulls, true) as is_new
    from marked
    window pulls as (partition by story_id order by pulled_on)
),

numbered as (
    select
        *,
        count(*) filter (where is_new) over (partition by story_id order by pulled_on) as version
    from runs
)

select distinct on (story_id, version)
    extract_id,
    story_id,
    version,
    min(pulled_on) over (partition by story_id, version) as first_pull,
    max(pulled_on) over (partition by story_id, version) as last_pull,
    title,
    text,
    progress,
    criticality,
    read_by,
    content
from numbered
order by story_id asc, version asc, pulled_on desc
