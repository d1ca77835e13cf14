-- How each source stands: how new, how many files are in use, and how many stand refused.
with in_use as (
    select
        source,
        count(*) as files_in_use,
        max(period_end) as newest_period_end,
        max(received_at) as last_received
    from {{ source('ledger', 'current_extract') }}
    group by source
),

refused as (
    select source, count(*) as files_refused
    from {{ source('ledger', 'extract') }}
    where state = 'refused'
    group by source
)

select
    titles.source,
    titles.title as source_title,
    titles.publisher,
    titles.kind,
    case titles.source
        {% for source, days in var('max_age_days').items() %}
        when '{{ source }}' then {{ days }}
        {% endfor %}
    end as max_age_days,
    coalesce(in_use.files_in_use, 0) as files_in_use,
    coalesce(refused.files_refused, 0) as files_refused,
    in_use.newest_period_end,
    in_use.last_received
from {{ ref('dim_source') }} as titles
left join in_use on titles.source = in_use.source
left join refused on titles.source = refused.source
