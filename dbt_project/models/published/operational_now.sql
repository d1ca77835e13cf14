-- Operational measures in the same manner.
select * from {{ ref('operational_as_now') }}
