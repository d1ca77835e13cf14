-- Small areas by how many voices came from them in the three years up to the source's newest month, of sources that say where
-- people live; those of whom most people are unheard come first. An area is silent where so few voices as came would come by chance
-- in at most one area of forty, were its people heard as often as the board's are: for none at all, where 3.7 would have been
-- expected.
with voices as (
    select
        source,
        lsoa_code,
        period_end,
        icb_code
    from {{ ref('fct_voice') }}
    where lsoa_code like 'E01%'
),

newest as (
    select
        source,
        max(period_end) as period_end
    from voices
    group by source
),

counted as (
    select
        voices.source,
        voices.lsoa_code,
        count(*) as voices,
        max(voices.period_end) as last_heard
    from voices
    inner join newest on voices.source = newest.source
    where voices.period_end > (newest.period_end - interval '3 years')::date
    group by voices.source, voices.lsoa_code
),

-- boards of which the source holds anything at all: of others it does not say that they are silent
boards as (
    select distinct
        source,
        icb_code
    from voices
    where icb_code not in ('ENG', 'UNK')
),

beside as (
    select
        people.icb_code,
        boards.source,
        people.area_code as lsoa_code,
        newest.period_end,
        people.people,
        coalesce(counted.voices, 0) as voices,
        counted.last_heard,
        deprivation.quintile,
        sum(coalesce(counted.voices, 0)) over board / sum(people.people) over board as board_rate
    from {{ ref('fct_population') }} as people
    inner join boards on people.icb_code = boards.icb_code
    inner join newest on boards.source = newest.source
    left join counted on boards.source = counted.source and people.area_code = counted.lsoa_code
    left join {{ ref('int_area_deprivation') }} as deprivation
        on
            people.area_code = deprivation.lsoa_code
            and deprivation.edition = (select max(every_index.edition) from {{ ref('int_area_deprivation') }} as every_index)
    where people.area_level = 'lsoa' and people.people > 0
    window board as (partition by boards.source, people.icb_code)
)

select
    icb_code,
    source,
    lsoa_code,
    (period_end + 1 - interval '3 years')::date as period_start,
    period_end,
    people::bigint as people,
    quintile as deprivation_quintile,
    voices,
    trim_scale(round(1000 * voices / people, 4)) as voices_per_1000,
    trim_scale(round(people * board_rate, 4)) as expected,
    round(people * greatest(0, 1 - voices / nullif(people * board_rate, 0)))::bigint as people_unheard,
    -- Byar's upper limit of the count (facts of the Office for Health Improvement: PHEindicatormethods)
    coalesce({{ byar_95('upper', 'voices') }} < people * board_rate, false) as is_silent,
    last_heard,
    row_number() over (
        partition by icb_code, source
        order by round(people * greatest(0, 1 - voices / nullif(people * board_rate, 0))) desc, lsoa_code asc
    ) as place_in_order
from beside
