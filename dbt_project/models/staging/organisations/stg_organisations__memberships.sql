-- Who belonged to whom from when to when. Days come from the publisher where it states them, else from the first file that
-- shows the edge and the first that does not: old edges are purged from the register, and stay here.
with edges as (
    -- practice and commissioner, site and trust, branch and practice, network and sub-ICB location
    select
        part,
        snapshot,
        organisation_code,
        organisation_level,
        parent_code,
        case
            when organisation_level in ('practice', 'other_prescriber', 'pcn') then 'sub_icb'
            when organisation_level = 'branch' then 'practice'
            when organisation_level = 'sub_icb' then 'icb'
            when part = 'sites' then 'trust'
            when part = 'sub_icb_sites' then 'sub_icb'
        end as kind,
        joined_on,
        coalesce(left_on, closed_on) as left_on
    from {{ ref('stg_organisations__listed') }}
    where parent_code is not null

    union all

    -- the ICB that hosts an organisation: never dated, and of no meaning once it has closed
    select
        part,
        snapshot,
        organisation_code,
        organisation_level,
        icb_code as parent_code,
        'icb' as kind,
        null as joined_on,
        null as left_on
    from {{ ref('stg_organisations__listed') }}
    where icb_code is not null and status = 'open' and organisation_level not in ('icb', 'sub_icb')

    union all

    select
        snapshots.part,
        snapshots.snapshot,
        raw.member_code as organisation_code,
        'practice' as organisation_level,
        raw.parent_code,
        case snapshots.part when 'commissioner_members' then 'sub_icb' else 'practice' end as kind,
        {{ day('raw.join_parent_date') }} as joined_on,
        {{ day('raw.left_parent_date') }} as left_on
    from {{ source('organisations', 'organisations') }} as raw
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on raw.extract_id = snapshots.extract_id
    where raw.member_code is not null and raw.member_code !~ '^G[0-9]{7}$'  -- a doctor is no organisation

    union all

    select
        snapshots.part,
        snapshots.snapshot,
        {{ cell('member_code') }} as organisation_code,
        'practice' as organisation_level,
        {{ cell('parent_code') }} as parent_code,
        'pcn' as kind,
        {{ day(cell('join_date')) }} as joined_on,
        {{ day(cell('left_date')) }} as left_on
    from {{ source('organisations', 'organisations') }} as raw
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on raw.extract_id = snapshots.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where 'member_code' = any(header.fields)
),

islands as (
    select
        *,
        snapshot - row_number() over (
            partition by part, kind, organisation_code, parent_code, joined_on order by snapshot
        ) as island
    from edges
),

spans as (
    select
        part,
        kind,
        organisation_code,
        max(organisation_level) as organisation_level,
        parent_code,
        joined_on,
        max(left_on) as left_on,
        min(snapshot) as first_snapshot,
        max(snapshot) as last_snapshot
    from islands
    group by part, kind, organisation_code, parent_code, joined_on, island
),

dated as (
    select
        spans.part,
        spans.kind,
        spans.organisation_code,
        spans.organisation_level,
        spans.parent_code,
        coalesce(spans.joined_on, case when spans.first_snapshot > 1 then began.as_at end) as valid_from,
        coalesce(spans.left_on + 1, ended.next_as_at) as valid_to,
        case when spans.joined_on is not null then 'publisher' else 'files' end as dated_by
    from spans
    inner join {{ ref('stg_organisations__snapshots') }} as began
        on spans.part = began.part and spans.first_snapshot = began.snapshot
    inner join {{ ref('stg_organisations__snapshots') }} as ended
        on spans.part = ended.part and spans.last_snapshot = ended.snapshot
)

select
    part,
    organisation_code,
    organisation_level,
    parent_code,
    kind,
    valid_from,
    valid_to,
    dated_by
from dated
where kind is not null and (valid_from is null or valid_to is null or valid_from < valid_to)
