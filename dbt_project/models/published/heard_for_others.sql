-- Who heard what somebody else should know: voices that one organisation collected about another, rounded.
with counted as (
    select
        coalesce(collector.now_icb_code, voice.icb_code) as icb_code,
        voice.source,
        voice.collected_by_code,
        voice.organisation_code,
        count(*) as voices,
        min(voice.period_start) as first_from,
        max(voice.period_end) as last_to
    from {{ ref('voice_once') }} as voice
    left join {{ ref('dim_organisation') }} as collector
        on voice.collected_by_code = collector.organisation_code and collector.is_current
    where voice.collected_by_code <> voice.organisation_code
    group by coalesce(collector.now_icb_code, voice.icb_code), voice.source, voice.collected_by_code, voice.organisation_code
)

select
    counted.icb_code,
    counted.source,
    titles.title as source_title,
    counted.collected_by_code,
    collector.organisation_name as collected_by_name,
    counted.organisation_code,
    whom.organisation_name,
    {{ rounded_voices('counted.voices') }} as voices,
    {{ why_not_told('counted.voices') }} as voices_null_reason,
    date_trunc(case when counted.voices < 8 then 'year' else 'month' end, counted.first_from)::date as first_heard_from,
    date_trunc(case when counted.voices < 8 then 'year' else 'month' end, counted.last_to)::date as last_heard_from,
    case when counted.voices < 8 then 'year' else 'month' end as heard_precision
from counted
left join {{ ref('dim_organisation') }} as collector
    on counted.collected_by_code = collector.organisation_code and collector.is_current
left join {{ ref('dim_organisation') }} as whom on counted.organisation_code = whom.organisation_code and whom.is_current
left join {{ ref('source_vocabulary') }} as titles on counted.source = titles.source
