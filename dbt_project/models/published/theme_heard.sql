-- What is known already: what each source heard of each theme in a board as it is now, how much, and when last. A voice may raise
-- several themes, so that themes do not add up. Of a small number the year alone is told.
with said as (
    select
        coalesce(whose.now_icb_code, voice.icb_code) as icb_code,
        voice.source,
        about.theme_code,
        voice.voice_id,
        bool_or(about.polarity = 'negative') as is_negative,
        min(coalesce({{ heard_on('voice') }}, voice.period_end)) as heard_on
    from {{ ref('voice_once') }} as voice
    inner join {{ ref('bridge_voice_theme') }} as about
        on voice.icb_code = about.icb_code and voice.source = about.source and voice.voice_id = about.voice_id
    left join {{ ref('dim_organisation') }} as whose
        on coalesce(voice.organisation_code, voice.collected_by_code) = whose.organisation_code and whose.is_current
    group by coalesce(whose.now_icb_code, voice.icb_code), voice.source, about.theme_code, voice.voice_id
),

counted as (
    select
        icb_code,
        source,
        theme_code,
        count(*) as voices,
        count(*) filter (where is_negative) as negative,
        min(heard_on) as first_on,
        max(heard_on) as last_on
    from said
    group by icb_code, source, theme_code
)

select
    counted.icb_code,
    counted.theme_code,
    theme.label as theme_label,
    theme.definition as theme_definition,
    counted.source,
    titles.title as source_title,
    {{ rounded_voices('counted.voices') }} as voices,
    {{ why_not_told('counted.voices') }} as voices_null_reason,
    {{ rounded_part('counted.negative', 'counted.voices') }} as negative,
    {{ why_part_not_told('counted.negative', 'counted.voices') }} as negative_null_reason,
    date_trunc(case when counted.voices < 8 then 'year' else 'month' end, counted.first_on)::date as first_heard_from,
    date_trunc(case when counted.voices < 8 then 'year' else 'month' end, counted.last_on)::date as last_heard_from,
    case when counted.voices < 8 then 'year' else 'month' end as heard_precision
from counted
inner join {{ ref('dim_theme') }} as theme on counted.theme_code = theme.theme_code
left join {{ ref('source_vocabulary') }} as titles on counted.source = titles.source
