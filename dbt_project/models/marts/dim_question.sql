-- Which question each measure was, wave by wave. Question numbers move from year to year and wordings are amended: a measure is a
-- construct that survives both, and this says what was asked for it. Where a questionnaire is not numbered in the seed, the
-- question goes by the measure's own code and its label, and says so.
with waves as (
    select
        source,
        measure_code,
        extract(year from period_start)::integer as wave,
        min(period_start) as first_day,
        max(series) as series
    from {{ ref('fct_measure') }}
    group by source, measure_code, wave
),

asked as (
    select
        waves.source,
        waves.measure_code,
        waves.wave,
        waves.series,
        versions.question,
        vocabulary.construct,
        coalesce(nullif(versions.wording, ''), vocabulary.label) as wording,
        case
            when nullif(versions.wording, '') is not null then 'question_version'
            when vocabulary.label is not null then 'label'
            else 'none'
        end as wording_basis
    from waves
    left join {{ ref('question_version') }} as versions
        on waves.source = versions.source and waves.measure_code = versions.measure_code and waves.wave = versions.wave
    left join {{ ref('measure_vocabulary') }} as vocabulary on waves.measure_code = vocabulary.measure_code
),

worded as (
    select
        *,
        -- spaces, case and what stands in brackets about how we know are no part of a wording
        regexp_replace(lower(btrim(regexp_replace(wording, '\s*\([^)]*\)\s*$', ''))), '\s+', ' ', 'g') as plain_wording
    from asked
),

hashed as (
    select
        *,
        encode(sha256(convert_to(plain_wording, 'UTF8')), 'hex') as wording_hash
    from worded
),

followed as (
    select
        *,
        lag(wave) over (partition by measure_code order by wave) as last_wave,
        lag(series) over (partition by measure_code order by wave) as last_series,
        lag(wording_hash) over (partition by measure_code order by wave) as last_wording_hash
    from hashed
)

select
    source,
    measure_code,
    wave,
    coalesce(question, measure_code) as question,
    case when question is not null then 'number' else 'code' end as question_basis,
    wave || ' ' || coalesce(question, measure_code) as question_version,
    construct,
    series,
    wording,
    wording_basis,
    wording_hash,
    case
        when last_wave is null then 'first'
        when last_series <> series then 'new_series'
        when coalesce(last_wording_hash, '') <> coalesce(wording_hash, '') then 'amended'
        else 'same'
    end as against_last_wave
from followed
