-- Counts of complaints, and the share of those resolved that was upheld, with Wilson's interval. Subjects are no measures: they
-- count issues, and stay in the issues.
-- A dental practice with several contracts is one practice. England is not added up: practices without a return would be missing.
with together as (
    select
        extract_id,
        organisation_code,
        case return_kind when 'dental' then 'dental_practice' else 'practice' end as organisation_level,
        max(icb_code) as publisher_icb_code,
        period_start,
        period_end,
        'ko41b_' || return_kind as prefix,
        {{ written_complaint_sums() }}
    from {{ ref('stg_complaints_ko41b__complaints') }}
    where row_level = 'practice'
    group by extract_id, organisation_code, return_kind, period_start, period_end

    union all

    -- What was complained of to a board itself has no sub-ICB: it stands under the board.
    select
        extract_id,
        coalesce(sub_icb_code, icb_code) as organisation_code,
        case when sub_icb_code is null then 'icb' else 'sub_icb' end as organisation_level,
        max(icb_code) as publisher_icb_code,
        period_start,
        period_end,
        'ko41b_' || return_kind as prefix,
        {{ written_complaint_sums() }}
    from {{ ref('stg_complaints_ko41b__complaints') }}
    where row_level = 'sub_icb'
    group by
        extract_id,
        coalesce(sub_icb_code, icb_code),
        case when sub_icb_code is null then 'icb' else 'sub_icb' end,
        return_kind,
        period_start,
        period_end
),

{{ written_complaint_measures('complaints_ko41b', 'ko41b_2022') }}
