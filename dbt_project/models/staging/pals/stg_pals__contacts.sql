-- PALS contacts. One that became a complaint stands in both logs: whoever counts people counts it once.
select
    {{ log_voice_columns('pals') }},
    coalesce(records.contact_type_means, 'not_known') as contact_type,
    records.completed as resolved_on,
    {{ working_days('records.received', 'records.completed') }} as resolved_working_days,
    case
        when records.completed >= records.received and records.completed <= records.received + 3660 then null
        when array_position(records.fields, 'completed') is null then 'not_collected'
        when records.completed is null then 'not_submitted'
        else 'not_applicable'
    end as resolved_null_reason,
    coalesce(records.status_means, 'not_known') as status,
    coalesce(records.status_means = 'escalated', false) or records.complaint_reference is not null as became_complaint,
    raw.reference(records.complaint_reference) as complaint_reference,
    coalesce(
        (
            select array_agg(raw.reference(each.reference) order by raw.reference(each.reference))
            from regexp_split_to_table(records.linked_contacts, '\s*[,;|\r\n]\s*') as each (reference)
            where raw.reference(each.reference) is not null
        ), '{}'
    ) as linked_references,
    records.action as action_text
from {{ ref('stg_pals__records') }} as records
where records.left_out is null
