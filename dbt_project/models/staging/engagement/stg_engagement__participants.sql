-- Who took part, by characteristic and group, from the newest file that has the row. A band stays a band.
with sent as (
    select * from {{ template_table('engagement', 'participants') }} as template
),

groups as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('exercise_id') }} as exercise_id,
        {{ sent('characteristic') }} as characteristic,
        {{ sent('group') }} as group_name,
        {{ sent('people') }} as people_as_sent
    from sent
),

newest as (
    select distinct on (sender, exercise_id, characteristic, group_name) *
    from groups
    order by sender asc, exercise_id asc, characteristic asc, group_name asc, period_end desc, received_at desc
)

select
    extract_id,
    sender,
    exercise_id,
    characteristic,
    group_name,
    characteristic || ':' || group_name as group_code,
    people_as_sent,
    {{ people_number('people_as_sent') }} as people,
    {{ people_low('people_as_sent') }} as people_low,
    {{ people_high('people_as_sent') }} as people_high,
    {{ people_null_reason('people_as_sent') }} as people_null_reason
from newest
