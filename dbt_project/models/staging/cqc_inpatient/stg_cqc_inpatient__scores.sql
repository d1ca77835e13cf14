-- Scores (0 to 10, standardised by route of admission, age and sex) per trust and question or section. The published limits are
-- those of the range that would be expected of the trust, used for its band: they say nothing about how sure its score is.
with questions as (
    select
        *,
        (regexp_match(column_name, '([QS]\d+(?:_\d+)?)'))[1] as question
    from {{ ref('stg_cqc_inpatient__cells') }}
    where sheet in ('Trust_Scores', 'Trust_Respondents')
),

scores as (
    select
        extract_id,
        trust_code,
        period_start,
        period_end,
        question,
        max(trust_name) as trust_name,
        max(cell) filter (where column_name like 'mean%')::numeric as score,
        max(cell) filter (where column_name like 'll95%')::numeric as expected_lower,
        max(cell) filter (where column_name like 'ul95%')::numeric as expected_upper,
        max(cell) filter (where column_name like 'band%')::integer as band,
        round(max(cell) filter (where column_name like '%\_tres')::numeric)::bigint as respondents
    from questions
    where question is not null
    group by extract_id, trust_code, period_start, period_end, question
)

select
    *,
    -- A question that fewer than 30 people at a trust answered is left blank by the publisher.
    case
        when score is not null then null
        when respondents < 30 then 'suppressed'
        else 'not_applicable'
    end as null_reason
from scores
