-- From when to when a role was held, in the newest directory of each sender. Who held it is never sent.
with sent as (
    select * from {{ template_table('responsibilities', 'post_holders') }} as template
),

newest as (
    select distinct on (sender)
        sender,
        extract_id
    from {{ extracts_in_use('responsibilities') }} as extracts
    order by sender asc, period_end desc, received_at desc
)

select
    sent.extract_id,
    sent.sender,
    {{ sent('responsibility_id') }} as responsibility_id,
    {{ template_date(sent('held_from')) }} as held_from,
    {{ template_date(sent('held_to')) }} as held_to
from sent
inner join newest on sent.extract_id = newest.extract_id and sent.sender = newest.sender
