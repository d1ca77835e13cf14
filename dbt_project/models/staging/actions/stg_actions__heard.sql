-- What was heard that led to an action: a voice of a source by its reference, or a measure.
with sent as (
    select * from {{ template_table('actions', 'heard') }} as template
),

links as (
    select
        sent.extract_id,
        sent.sender,
        sent.received_at,
        sent.period_end,
        {{ sent('action_id') }} as action_id,
        {{ sent('source') }} as source,
        {{ sent('reference') }} as reference,
        {{ sent('measure') }} as measure_code,
        {{ template_date(sent('heard_on')) }} as heard_on
    from sent
)

select distinct on (sender, action_id, source, reference, measure_code)
    extract_id,
    sender,
    action_id,
    source,
    reference,
    measure_code,
    heard_on
from links
order by sender asc, action_id asc, source asc, reference asc, measure_code asc, period_end desc, received_at desc
