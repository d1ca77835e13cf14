-- Counts of complaints, and the share of those resolved that was upheld, with Wilson's interval. Subjects are no measures: they
-- count issues, and stay in the issues.
with organisations as (
    select
        extract_id,
        organisation_code,
        case
            when organisation_type ~* 'trust' then 'trust'
            when organisation_type ~* 'integrated care|icb' then 'icb'
            else 'provider'
        end as organisation_level,
        icb_code as publisher_icb_code,
        period_start,
        period_end,
        'ko41a' as prefix,
        brought_forward,
        new_complaints,
        resolved,
        upheld,
        partially_upheld,
        not_upheld,
        carried_forward
    from {{ ref('stg_complaints_ko41a__complaints') }}
    where row_level = 'organisation'
),

-- England as the organisations that sent a return.
together as (
    select * from organisations

    union all

    select
        extract_id,
        'ENG' as organisation_code,
        'england' as organisation_level,
        'ENG' as publisher_icb_code,
        period_start,
        period_end,
        'ko41a' as prefix,
        {{ written_complaint_sums() }}
    from organisations
    group by extract_id, period_start, period_end
),

{{ written_complaint_measures('complaints_ko41a', 'ko41a_2022') }}
