-- Who was followed by whom, and by which share. Weights are those of the whole predecessor, so that the day of a split is one day.
select
    predecessor,
    successor,
    case
        when weight < 1 then min(succeeded_on) over (partition by predecessor)
        else succeeded_on
    end as effective_on,
    case when succeeded_on is null then 'not_collected' end as effective_on_null_reason,
    weight::numeric as weight,
    weight_basis,
    weight_null_reason,
    kind,
    stated_by
from {{ ref('int_successions') }}
where predecessor <> successor
