{{ config(sql_header="set local work_mem = '256MB';") }}

-- Who was heard: people by group, of every source, month or wave, and organisation that heard them. A source that publishes who
-- answered is taken by its word; of the others the voices are counted, two by one person as one. Why nothing is known of somebody
-- is a group of its own. Beside the board as it was stands the one that those whom it is about belong to now: people are counted
-- for the boards that there are.
with present as (
    select
        organisation_code,
        now_icb_code
    from {{ ref('dim_organisation') }}
    where is_current
),

published as (
    select * from {{ ref('int_profiles') }}
),

-- once a person, month and organisation, however many comments they wrote
voices as (
    select distinct on (
        voice.icb_code, voice.source, voice.collected_by_code, voice.period_start,
        coalesce(voice.source_attributes ->> 'respondent_id', voice.voice_id)
    )
        voice.icb_code,
        coalesce(about.now_icb_code, collector.now_icb_code, voice.icb_code) as now_icb_code,
        voice.source,
        voice.collected_by_code as organisation_code,
        voice.period_start,
        voice.period_end,
        voice.extract_id,
        voice.age_group,
        voice.sex,
        voice.ethnicity,
        voice.disability,
        voice.carer,
        voice.english,
        voice.lsoa_code
    from {{ ref('fct_voice') }} as voice
    left join present as about on voice.organisation_code = about.organisation_code
    left join present as collector on voice.collected_by_code = collector.organisation_code
    where voice.source not in (select published.source from published)
    order by
        voice.icb_code asc, voice.source asc, voice.collected_by_code asc, voice.period_start asc,
        coalesce(voice.source_attributes ->> 'respondent_id', voice.voice_id) asc, voice.voice_id asc
),

-- where somebody lives says how deprived that is, by the newest index
newest_index as (
    select
        lsoa_code,
        quintile,
        edition
    from {{ ref('int_area_deprivation') }}
    where edition = (select max(every_index.edition) from {{ ref('int_area_deprivation') }} as every_index)
),

spoken as (
    select
        voices.icb_code,
        voices.now_icb_code,
        voices.source,
        voices.organisation_code,
        voices.period_start,
        voices.period_end,
        said.characteristic,
        said.answer,
        coalesce(said.edition, 'not_applicable') as edition,
        count(*) as people,
        max(voices.extract_id) as extract_id
    from voices
    left join newest_index on voices.lsoa_code = newest_index.lsoa_code
    cross join
        lateral (
            values
            ('age', voices.age_group, null),
            ('sex', voices.sex, null),
            ('ethnicity', voices.ethnicity, null),
            ('disability', voices.disability, null),
            ('carer', voices.carer, null),
            ('english', voices.english, null),
            (
                'deprivation',
                coalesce(
                    newest_index.quintile::text,
                    case when voices.lsoa_code in ('not_asked', 'not_stated') then voices.lsoa_code else 'not_known' end
                ),
                newest_index.edition::text
            )
        ) as said (characteristic, answer, edition)
    group by
        voices.icb_code, voices.now_icb_code, voices.source, voices.organisation_code, voices.period_start, voices.period_end,
        said.characteristic, said.answer, coalesce(said.edition, 'not_applicable')
),

together as (
    select
        icb_code,
        now_icb_code,
        source,
        organisation_code,
        'sender' as organisation_level,
        period_start,
        period_end,
        characteristic,
        answer,
        edition,
        people::numeric as people,
        null::numeric as people_low,
        null::numeric as people_high,
        null::bigint as base,
        'people' as basis,
        null as null_reason,
        extract_id
    from spoken

    union all

    select
        coalesce(published.publisher_icb_code, organisation.icb_code, '{{ var('icb', '') or 'UNK' }}') as icb_code,
        coalesce(
            case when published.organisation_level in ('england', 'icb') then published.publisher_icb_code end,
            about.now_icb_code,
            present.now_icb_code,
            published.publisher_icb_code,
            organisation.icb_code,
            '{{ var('icb', '') or 'UNK' }}'
        ) as now_icb_code,
        published.source,
        published.organisation_code,
        published.organisation_level,
        published.period_start,
        published.period_end,
        published.characteristic,
        published.answer,
        -- an exercise says the fifth and not of which index: the newest is meant
        case published.characteristic
            when 'deprivation' then coalesce((select max(newest_index.edition)::text from newest_index), 'not_applicable')
            else 'not_applicable'
        end as edition,
        published.people,
        published.people_low,
        published.people_high,
        published.base,
        published.basis,
        published.null_reason,
        published.extract_id
    from published
    left join {{ ref('dim_organisation') }} as organisation
        on published.organisation_code = organisation.organisation_code and {{ valid_on('organisation', 'published.period_end') }}
    left join present on published.organisation_code = present.organisation_code
    left join present as about on published.about_code = about.organisation_code
),

-- Bands of age become those that all sources share where every band of the source lies within one of these; else they stay as they
-- are, since people of one band can not be divided.
answers as (
    select
        source,
        characteristic,
        answer,
        answer in ('not_known', 'not_stated', 'not_asked') as is_unknown,
        case when characteristic = 'age' and answer ~ '[0-9]' then {{ age_from('answer') }} end as age_from,
        case when characteristic = 'age' and answer ~ '[0-9]' then {{ age_to('answer') }} end as age_to
    from together
    group by source, characteristic, answer
),

placed as (
    select
        answers.*,
        common.group_code as common_group,
        bool_and(common.group_code is not null) filter (where not answers.is_unknown and answers.characteristic = 'age')
            over (partition by answers.source)
            as nests
    from answers
    left join {{ ref('population_group') }} as common
        on
            answers.characteristic = 'age'
            and common.characteristic = 'age'
            and answers.age_from >= common.age_from
            and (common.age_to is null or answers.age_to <= common.age_to)
),

grouped as (
    select
        source,
        characteristic,
        answer,
        is_unknown,
        case when characteristic = 'age' and not is_unknown and not nests then age_from end as age_from,
        case when characteristic = 'age' and not is_unknown and not nests then age_to end as age_to,
        case
            when characteristic <> 'age' or is_unknown then characteristic || ':' || answer
            when nests then common_group
            when age_to is null then 'age:' || age_from || '+'
            else 'age:' || age_from || '-' || age_to
        end as group_code
    from placed
)

select
    together.icb_code,
    together.now_icb_code,
    together.source,
    together.organisation_code,
    together.organisation_level,
    together.period_start,
    together.period_end,
    together.characteristic,
    grouped.group_code,
    grouped.is_unknown,
    min(grouped.age_from) as age_from,
    max(grouped.age_to) as age_to,
    max(together.edition) as edition,
    case when count(together.null_reason) = 0 then sum(together.people) end as people,
    case when count(together.null_reason) > 0 then sum(coalesce(together.people, together.people_low)) end as people_low,
    case
        when count(together.null_reason) > 0 and bool_and(coalesce(together.people, together.people_high) is not null)
            then sum(coalesce(together.people, together.people_high))
    end as people_high,
    max(together.base) as base,
    together.basis,
    max(together.null_reason) as null_reason,
    max(together.extract_id) as extract_id
from together
inner join grouped
    on
        together.source = grouped.source
        and together.characteristic = grouped.characteristic
        and together.answer = grouped.answer
group by
    together.icb_code, together.now_icb_code, together.source, together.organisation_code, together.organisation_level,
    together.period_start, together.period_end, together.characteristic, grouped.group_code, grouped.is_unknown, together.basis
