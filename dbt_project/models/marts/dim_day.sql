-- Every day that a figure may be asked for: what metrics over time are laid along.
select day::date as date_day
from generate_series('2011-01-01'::timestamp, '2040-12-31'::timestamp, interval '1 day') as day
