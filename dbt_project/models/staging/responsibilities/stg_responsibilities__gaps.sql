-- Scopes that nobody answered for: days between two owners, and from the last owner to the day of the directory.
with followed as (
    select
        *,
        lead(valid_from) over (partition by sender, scope order by valid_from) as next_from
    from {{ ref('stg_responsibilities__owners') }}
)

select
    extract_id,
    sender,
    scope,
    organisation_code,
    function,
    valid_to + 1 as gap_from,
    case when next_from is not null then next_from - 1 end as gap_to,
    coalesce(next_from - 1, as_at) - valid_to as days,
    next_from is null as is_open
from followed
where valid_to is not null and coalesce(next_from - 1, as_at) > valid_to
