{# CQC's surveys share one workbook (formats.md section 3): what is common to their staging models. Every macro takes the source's
   name; what differs between surveys is which question of which wave is which measure (seed `question_version`). #}


{# One row per published cell: sheet (without the survey's short name), trust (none in national sheets), column and text.
   Whose row it is is looked up once a row, not once a cell: hence `materialized`. #}
{% macro cqc_cells(source_name) -%}
-- Which question a column belongs to is found once a column, not once a cell: Q46, q46 and t39 as Q46 and T39.
with headers as materialized (
    select
        header.extract_id,
        header.sheet,
        header.fields,
        array(
            select
                upper(substring(each.column_name, '(?i)(?:^|mean|[lu]l9[059]|band)([a-hqt]\d+[a-z]?(?:_\d+)?|s\d+)(?:_[a-z]|$)'))
            from unnest(header.fields) with ordinality as each (column_name, position)
            order by each.position
        ) as questions
    from {{ source('raw_headers', 'header') }} as header
    inner join {{ extracts_in_use(source_name) }} as extracts on header.extract_id = extracts.extract_id
),

trusts as materialized (
    select
        cqc.extract_id,
        extracts.part,
        cqc.row_number,
        cqc.cells,
        header.fields,
        header.questions,
        extracts.period_start,
        extracts.period_end,
        cqc.sheet as sheet_name,
        lower(regexp_replace(cqc.sheet, '^[A-Za-z]+\d\d_', '')) as sheet,
        {{ cell('trust_code', row='cqc') }} as trust_code,
        {{ cell('trust_name', row='cqc') }} as trust_name,
        {{ cell('survey_year', row='cqc') }} as survey_year
    from {{ source(source_name, source_name) }} as cqc
    inner join {{ extracts_in_use(source_name) }} as extracts on cqc.extract_id = extracts.extract_id
    inner join headers as header on cqc.extract_id = header.extract_id and cqc.sheet = header.sheet
)

select
    trusts.extract_id,
    trusts.part,
    trusts.sheet,
    trusts.sheet_name,
    trusts.row_number,
    trusts.period_start,
    trusts.period_end,
    trusts.trust_code,
    trusts.trust_name,
    trusts.survey_year,
    published.column_name,
    -- at urgent treatment centres questions are always T
    case
        when trusts.part = 'type3' and published.question like 'Q%' then 'T' || substr(published.question, 2)
        else published.question
    end as question,
    nullif(btrim(published.cell), '') as cell
from trusts
cross join lateral unnest(trusts.fields, trusts.questions, trusts.cells) as published (column_name, question, cell)
where published.column_name not in ('trust_code', 'trust_name', 'survey_year')
{%- endmacro %}


{# Scores (0 to 10, standardised) per trust and question or section. The published limits are those of the range that would be
   expected of the trust, used for its band: they say nothing about how sure its score is. #}
{% macro cqc_scores(source_name) -%}
with scores as (
    select
        extract_id,
        part,
        trust_code,
        period_start,
        period_end,
        question,
        max(trust_name) as trust_name,
        max(cell) filter (where column_name ilike 'mean%')::numeric as score,
        max(cell) filter (where column_name ilike 'll95%')::numeric as expected_lower,
        max(cell) filter (where column_name ilike 'ul95%')::numeric as expected_upper,
        max(cell) filter (where column_name ilike 'band%')::integer as band,
        round(max(cell) filter (where column_name ilike '%\_tres')::numeric)::bigint as respondents
    from {{ ref('stg_' ~ source_name ~ '__cells') }}
    where sheet in ('trust_scores', 'trust_respondents') and question is not null
    group by extract_id, part, trust_code, period_start, period_end, question
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
{%- endmacro %}


{# What the workbook says of change: each trust's score in an earlier wave, and whether the difference is significant. #}
{% macro cqc_changes(source_name) -%}
with compared as (
    select
        extract_id,
        part,
        sheet_name,
        trust_code,
        period_start,
        period_end,
        question,
        max(trust_name) as trust_name,
        max(survey_year)::integer as compared_with,
        max(cell) filter (where column_name ilike '%\_mean\_h%')::numeric as earlier_score,
        round(max(cell) filter (where column_name ilike '%\_base\_unw')::numeric)::bigint as earlier_respondents,
        max(cell) filter (where column_name ilike '%\_sig')::numeric as significance
    from {{ ref('stg_' ~ source_name ~ '__cells') }}
    where sheet like 'historical%' and question is not null
    group by extract_id, part, sheet_name, trust_code, period_start, period_end, question
)

select
    extract_id,
    part,
    trust_code,
    trust_name,
    period_start,
    period_end,
    question,
    compared_with,
    earlier_score,
    earlier_respondents,
    case significance when -1 then 'lower' when 0 then 'no difference' when 1 then 'higher' end as change,
    -- The publisher compares no question that is new or amended, and no trust that merged (workbook, sheet Guidance).
    case when significance is null then 'not_applicable' end as null_reason
from compared
{%- endmacro %}


{# Scores, and how many people answered at each trust and in England, in the measure shape. Question numbers move every year, so that
   a question counts as the same measure over years only where `question_version` says that it is. `series_from` are the waves with
   which a new method began: no line crosses them. #}
{% macro cqc_measures(source_name, series_from) -%}
with scores as (
    select
        scores.extract_id,
        coalesce(
            question_version.measure_code,
            concat_ws(
                '_', '{{ source_name }}', extract(year from scores.period_start), nullif(scores.part, 'trust'), lower(scores.question)
            )
        ) as measure_code,
        scores.trust_code as organisation_code,
        'trust' as organisation_level,
        scores.period_start,
        scores.period_end,
        scores.score as value,
        'score_0_10' as scale,
        scores.respondents,
        scores.null_reason
    from {{ ref('stg_' ~ source_name ~ '__scores') }} as scores
    left join {{ ref('question_version') }} as question_version
        on
            question_version.source = '{{ source_name }}'
            and scores.question = question_version.question
            and extract(year from scores.period_start) = question_version.wave
),

respondents as (
    select
        extract_id,
        concat_ws('_', '{{ source_name }}', nullif(part, 'trust'), 'respondents') as measure_code,
        coalesce(trust_code, 'ENG') as organisation_code,
        case when trust_code is null then 'england' else 'trust' end as organisation_level,
        period_start,
        period_end,
        round(cell::numeric) as value,
        'count' as scale,
        round(cell::numeric)::bigint as respondents,
        case when cell is null then 'not_collected' end as null_reason
    from {{ ref('stg_' ~ source_name ~ '__cells') }}
    where (sheet = 'trust_scores' and column_name = 'respondents') or (sheet = 'national_respondents' and column_name ilike 'n_pat')
),

together as (
    select * from scores
    union all
    select * from respondents
)

select
    extract_id,
    '{{ source_name }}' as source,
    measure_code,
    organisation_code,
    organisation_level,
    case organisation_level when 'england' then 'ENG' end as publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    value,
    scale,
    null::numeric as numerator,
    null::numeric as denominator,
    respondents as base,
    null::numeric as lower,
    null::numeric as upper,
    null::text as interval_method,
    null_reason,
    case scale when 'count' then 'not_applicable' else 'not_collected' end as interval_null_reason,
    case
        {%- for first in series_from | sort(reverse=true) %}
        when extract(year from period_start) >= {{ first }} then '{{ source_name }}_{{ first }}'
        {%- endfor %}
        else '{{ source_name }}_before_{{ series_from | min }}'
    end as series
from together
{%- endmacro %}


{# The trusts that took part. #}
{% macro cqc_organisations(source_name) -%}
select distinct
    extract_id,
    trust_code as organisation_code,
    trust_name as organisation_name,
    'trust' as organisation_level,
    null::text as icb_code,
    period_end
from {{ ref('stg_' ~ source_name ~ '__cells') }}
where sheet = 'trust_scores'
{%- endmacro %}
