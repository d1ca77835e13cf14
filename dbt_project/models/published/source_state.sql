-- How each source stands: how new, how many files are in use, and which was refused last and why.
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
    select distinct on (source)
        source,
        file_name,
        reason,
        received_at,
        count(*) over (partition by source) as files_refused
    from {{ source('ledger', 'extract') }}
    where state = 'refused'
    order by source, received_at desc, extract_id
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
    in_use.last_received,
    refused.file_name as last_refused_file,
    refused.reason as last_refused_reason,
    refused.received_at as last_refused_at
from {{ ref('dim_source') }} as titles
left join in_use on titles.source = in_use.source
left join refused on titles.source = refused.source
