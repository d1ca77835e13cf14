-- What reports recommend to whom, and what was answered. Where a report sets no day for the answer it is the statutory one.
with recommendations as (
    select
        rows.*,
        raw.day({{ hw('received') }}) as report_on,
        raw.day({{ hw('response_due') }}) as due_given,
        raw.day({{ hw('response_date') }}) as responded_on
    from {{ ref('stg_healthwatch__rows') }} as rows
    where rows.part = 'recommendations'
),

custody as (
    select response_working_days
    from {{ ref('healthwatch_custody') }}
    where function = 'health'
),

due as (
    select
        recommendations.sender,
        recommendations.record_id,
        coalesce(
            recommendations.due_given,
            (
                select (array_agg(each.day::date order by each.day))[custody.response_working_days]
                from generate_series(recommendations.report_on + 1, recommendations.report_on + 365, interval '1 day') as each (day)
                where
                    extract(isodow from each.day) < 6
                    and each.day::date not in (select holiday.day from {{ ref('bank_holiday') }} as holiday)
            )
        ) as due_on
    from recommendations
    cross join custody
)

select
    rows.extract_id,
    rows.row_number,
    rows.sender,
    upper({{ hw('report') }}) as report_id,
    upper({{ hw('id') }}) as recommendation_id,
    {{ hw('report_title') }} as report_title,
    rows.report_on,
    {{ hw('addressed_to') }} as organisation_text,
    upper({{ hw('addressed_to_code') }}) as addressed_organisation_code,
    due.due_on as response_due_on,
    rows.due_given is not null as due_was_given,
    rows.responded_on,
    coalesce(rows.responded_on is not null or {{ hw('response') }} is not null, false) as responded,
    rows.responded_on <= due.due_on as responded_in_time,
    case lower({{ hw('response_kind') }})
        when 'accepted' then 'accepted'
        when 'agreed' then 'accepted'
        when 'accepted in part' then 'partly_accepted'
        when 'partly accepted' then 'partly_accepted'
        when 'not accepted' then 'not_accepted'
        when 'rejected' then 'not_accepted'
        else 'not_known'
    end as response_kind,
    {{ hw('recommendation') }} as recommendation_text,
    {{ hw('response') }} as response_text
from recommendations as rows
inner join due on rows.sender = due.sender and rows.record_id = due.record_id
