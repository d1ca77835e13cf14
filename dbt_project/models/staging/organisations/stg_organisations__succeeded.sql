-- Who was followed by whom, as the register's reports and the lists of ICBs and trusts state it: pairs without weights.
with reported as (
    select
        raw.predecessor_code as predecessor,
        raw.successor_code as successor,
        {{ day('raw.succession_date') }} as succeeded_on,
        nullif(raw.succession_reason, '') as reason,
        'register' as stated_by
    from {{ source('organisations', 'organisations') }} as raw
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on raw.extract_id = snapshots.extract_id
    where raw.predecessor_code is not null
),

listed as (
    select
        unnest(string_to_array({{ cell('predecessors') }}, ';')) as predecessor,
        {{ cell('organisation_code') }} as successor,
        -- the list of ICBs says the day in a sentence
        coalesce(
            {{ day(cell('succession_date')) }},
            {{ day("substring(" ~ cell('notes') ~ " from 'Formed ([0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2})')") }}
        ) as succeeded_on
    from {{ source('organisations', 'organisations') }} as raw
    inner join {{ ref('stg_organisations__snapshots') }} as snapshots on raw.extract_id = snapshots.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where snapshots.is_newest and snapshots.part in ('icb_list', 'trust_list')
),

together as (
    select * from reported
    union all
    select
        btrim(predecessor) as predecessor,
        successor,
        succeeded_on,
        null as reason,
        'list' as stated_by
    from listed
    where btrim(predecessor) <> ''
)

select distinct on (predecessor, successor)
    predecessor,
    successor,
    succeeded_on,
    reason,
    stated_by
from together
order by predecessor asc, successor asc, (stated_by = 'list') asc, succeeded_on asc
