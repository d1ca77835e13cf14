{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='voice_id',
    on_schema_change='fail',
    pre_hook=["{{ drop_replaced_voices() }}"],
    post_hook=["{{ follow_the_voices() }}"]
) }}

with coded as (
    {{ voices_along('interface', 'int_crosswalk', "target = 'interface'") }}
),

several as (
    select voice_id
    from {{ ref('bridge_voice_organisation') }}
    where role in ('about', 'also_about', 'involved')
    group by voice_id
    having count(distinct organisation_code) > 1
),

places as (
    select here.*
    from {{ ref('bridge_voice_touchpoint') }} as here
    inner join several on here.voice_id = several.voice_id
    where {{ only_new_voices() }}
),

-- Who speaks of several organisations and of both ends of a gap speaks of the gap, unless a code already says which gap it is.
ends as (
    select
        left_behind.icb_code,
        left_behind.source,
        left_behind.voice_id,
        gap.interface_code,
        1::numeric as weight,
        least(left_behind.confidence, reached.confidence) as confidence,
        left_behind.version,
        'two_touchpoints' as scheme,
        'rule' as method,
        left_behind.extract_id
    from places as left_behind
    inner join {{ ref('dim_interface') }} as gap on left_behind.touchpoint_code = gap.from_touchpoint
    inner join places as reached on left_behind.voice_id = reached.voice_id and gap.to_touchpoint = reached.touchpoint_code
    where
        gap.from_touchpoint <> gap.to_touchpoint
        and left_behind.voice_id not in (
            select coded.voice_id
            from coded
            where coded.interface_code <> 'between_any'
        )
),

together as (
    select
        icb_code,
        source,
        voice_id,
        interface_code,
        weight,
        confidence,
        version,
        scheme,
        method,
        extract_id
    from coded
    union all
    select * from ends
),

-- Somewhere between services is said by who says nothing nearer.
along as (
    select together.*
    from together
    where
        together.interface_code <> 'between_any'
        or together.voice_id not in (
            select nearer.voice_id
            from together as nearer
            where nearer.interface_code <> 'between_any'
        )
)

-- A voice that several codes place at the same point is there once, by the surest of them.
select distinct on (along.voice_id, along.interface_code)
    along.icb_code,
    along.source,
    along.voice_id,
    along.interface_code,
    along.weight,
    along.confidence,
    along.version,
    along.scheme,
    along.method,
    along.extract_id
from along
order by along.voice_id asc, along.interface_code asc, along.confidence desc, along.weight desc, along.scheme asc, along.method asc
