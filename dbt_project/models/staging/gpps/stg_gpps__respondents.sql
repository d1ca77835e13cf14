-- Who answered: how many of each group at each organisation, weighted as published. What a question's number of respondents is, is
-- published unweighted for the question and not for its answers.
with places as (
    select
        extract_id,
        sheet,
        array_agg(characteristic order by characteristic, group_code) as characteristic,
        array_agg(group_code order by characteristic, group_code) as group_code,
        array_agg(count_at order by characteristic, group_code) as count_at,
        array_agg(share_at order by characteristic, group_code) as share_at,
        array_agg(weighted_at order by characteristic, group_code) as weighted_at,
        array_agg(unweighted_at order by characteristic, group_code) as unweighted_at
    from {{ ref('stg_gpps__profile') }}
    group by extract_id, sheet
),

answered as (
    select
        {{ gpps_area() }},
        place.characteristic,
        place.group_code,
        {{ gpps_number('whole.cells[place.count_at]') }} as respondents_weighted,
        {{ gpps_number('whole.cells[place.share_at]') }} as share,
        {{ gpps_number('whole.cells[place.weighted_at]') }} as base_weighted,
        {{ gpps_number('whole.cells[place.unweighted_at]') }}::bigint as base_unweighted,
        {{ gpps_null_reason('whole.cells[place.count_at]') }} as null_reason,
        {{ gpps_null_reason('whole.cells[place.share_at]') }} as share_null_reason
    from {{ source('gpps', 'gpps') }} as gpps
    inner join {{ extracts_in_use('gpps') }} as extracts on gpps.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header
        on gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
    inner join places on gpps.extract_id = places.extract_id and gpps.sheet = places.sheet
    cross join lateral array_cat(gpps.cells, '{}'::text[]) as whole (cells)
    cross join lateral unnest(
        places.characteristic, places.group_code, places.count_at, places.share_at, places.weighted_at, places.unweighted_at
    ) as place (
        characteristic, group_code, count_at, share_at, weighted_at, unweighted_at
    )
)

select
    extract_id,
    'gpps' as source,
    organisation_code,
    organisation_level,
    icb_code as publisher_icb_code,
    period_start,
    period_end,
    characteristic,
    group_code,
    respondents_weighted,
    share,
    base_weighted,
    base_unweighted,
    null_reason,
    share_null_reason
from answered
