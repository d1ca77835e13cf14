-- What people said beside the wait that was counted, for the same organisation and days.
select * from {{ ref('paired_view') }}
