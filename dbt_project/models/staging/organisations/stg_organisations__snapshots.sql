-- Every accepted file of every list: none is ever replaced here, because the register takes edges away without a trace.
with accepted as (
    select
        extract_id,
        part,
        period_end,
        received_at,
        row_number() over (partition by part, period_end order by received_at, extract_id) as again
    from {{ source('ledger', 'extract') }}
    where source = 'organisations' and state = 'accepted'
),

-- A file says no day; its newest opening or joining does. When a later file holds none newer, it is of the day on which it came,
-- but not after the next.
dated as (
    select
        extract_id,
        part,
        period_end,
        received_at,
        case
            when again = 1 then period_end
            else greatest(period_end, least(
                received_at::date,
                (
                    select min(later.period_end) from accepted as later
                    where later.part = accepted.part and later.period_end > accepted.period_end
                )
            ))
        end as as_at
    from accepted
)

select
    extract_id,
    part,
    as_at,
    row_number() over (partition by part order by period_end, received_at, extract_id) as snapshot,
    row_number() over (partition by part order by period_end desc, received_at desc, extract_id desc) = 1 as is_newest,
    lead(as_at) over (partition by part order by period_end, received_at, extract_id) as next_as_at
from dated
