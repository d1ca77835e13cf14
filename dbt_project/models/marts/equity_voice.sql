-- Which groups say it more: within a board, a source and a year, the share of a group's voices that raise a theme (not in praise,
-- and with at least half of the code's weight), beside the share among all others of whom the group is known. `any` stands for
-- whatever was negative. Sources are never added together, and who speaks up is no sample: it says what those who spoke differ in.
-- Of fewer than ten voices nothing is said. Deprivation is of the small area where the person lives, by each edition that knows the
-- area.
with voices as (
    select
        *,
        extract(year from coalesce(said_on, received_on, period_end))::integer as year
    from {{ ref('voice_once') }}
    where coalesce(said_on, received_on, period_end) is not null
),

groups as (
    select
        voices.icb_code,
        voices.source,
        voices.year,
        voices.voice_id,
        characteristics.characteristic,
        characteristics.group_name,
        'not_applicable' as edition
    from voices
    cross join
        lateral unnest(
            array['age', 'sex', 'ethnicity', 'disability', 'carer', 'english'],
            array[voices.age_group, voices.sex, voices.ethnicity, voices.disability, voices.carer, voices.english]
        ) as characteristics (characteristic, group_name)
    where characteristics.group_name not in ('not_known', 'not_asked', 'not_stated')

    union all

    select
        voices.icb_code,
        voices.source,
        voices.year,
        voices.voice_id,
        'deprivation' as characteristic,
        deprivation.quintile::text as group_name,
        deprivation.edition::text as edition
    from voices
    inner join {{ ref('int_area_deprivation') }} as deprivation on voices.lsoa_code = deprivation.lsoa_code
),

said as (
    select distinct
        themes.voice_id,
        themes.theme_code
    from {{ ref('bridge_voice_theme') }} as themes
    where themes.weight >= 0.5 and themes.polarity <> 'positive'

    union all

    select
        voice_id,
        'any' as theme_code
    from voices
    where polarity = 'negative'
),

totals as (
    select
        icb_code,
        source,
        year,
        characteristic,
        edition,
        group_name,
        count(*) as voices,
        sum(count(*)) over (partition by icb_code, source, year, characteristic, edition) as all_voices
    from groups
    group by icb_code, source, year, characteristic, edition, group_name
),

raised as (
    select
        groups.icb_code,
        groups.source,
        groups.year,
        groups.characteristic,
        groups.edition,
        groups.group_name,
        said.theme_code,
        count(*) as raising
    from groups
    inner join said on groups.voice_id = said.voice_id
    group by
        groups.icb_code,
        groups.source,
        groups.year,
        groups.characteristic,
        groups.edition,
        groups.group_name,
        said.theme_code
),

themes_of_page as (
    select
        icb_code,
        source,
        year,
        characteristic,
        edition,
        theme_code,
        sum(raising) as all_raising
    from raised
    group by icb_code, source, year, characteristic, edition, theme_code
),

-- a group that never raised it is a group with none, not a missing one
counted as (
    select
        totals.*,
        themes_of_page.theme_code,
        coalesce(raised.raising, 0) as raising,
        totals.all_voices - totals.voices as other_voices,
        themes_of_page.all_raising - coalesce(raised.raising, 0) as others_raising
    from totals
    inner join themes_of_page
        on
            totals.icb_code = themes_of_page.icb_code
            and totals.source = themes_of_page.source
            and totals.year = themes_of_page.year
            and totals.characteristic = themes_of_page.characteristic
            and totals.edition = themes_of_page.edition
    left join raised
        on
            totals.icb_code = raised.icb_code
            and totals.source = raised.source
            and totals.year = raised.year
            and totals.characteristic = raised.characteristic
            and totals.edition = raised.edition
            and totals.group_name = raised.group_name
            and themes_of_page.theme_code = raised.theme_code
),

shares as (
    select
        *,
        case when voices < 10 or other_voices < 10 then 'too_few' end as null_reason,
        (raising / voices::numeric)::double precision as value,
        {{ wilson_95('lower', 'raising', 'voices') }}::double precision as lower,
        {{ wilson_95('upper', 'raising', 'voices') }}::double precision as upper,
        (others_raising / nullif(other_voices, 0)::numeric)::double precision as other_value,
        {{ wilson_95('lower', 'others_raising', 'other_voices') }}::double precision as other_lower,
        {{ wilson_95('upper', 'others_raising', 'other_voices') }}::double precision as other_upper
    from counted
),

differences as (
    select
        *,
        case when null_reason is null then value - other_value end as difference,
        case
            when null_reason is null then {{ difference_limit(
                'lower', 'value', 'lower', 'upper', 'other_value', 'other_lower', 'other_upper'
            ) }}
        end as difference_lower,
        case
            when null_reason is null then {{ difference_limit(
                'upper', 'value', 'lower', 'upper', 'other_value', 'other_lower', 'other_upper'
            ) }}
        end as difference_upper
    from shares
),

tested as (
    select
        *,
        {{ difference_p('difference', 'difference_lower', 'difference_upper') }} as p_value
    from differences
),

{{ false_discovery('tested', 'discovered', 'icb_code, source, year, edition') }}

select
    icb_code,
    source,
    year,
    theme_code,
    characteristic,
    characteristic || ':' || group_name as group_code,
    edition,
    voices,
    raising,
    trim_scale(round(case when null_reason is null then value end::numeric, 8)) as value,
    trim_scale(round(case when null_reason is null then lower end::numeric, 8)) as lower,
    trim_scale(round(case when null_reason is null then upper end::numeric, 8)) as upper,
    other_voices::bigint as other_voices,
    others_raising::bigint as others_raising,
    trim_scale(round(case when null_reason is null then other_value end::numeric, 8)) as other_value,
    trim_scale(round(difference::numeric, 8)) as difference,
    trim_scale(round(difference_lower::numeric, 8)) as difference_lower,
    trim_scale(round(difference_upper::numeric, 8)) as difference_upper,
    trim_scale(round(p_value::numeric, 8)) as p_value,
    trim_scale(round(q_value::numeric, 8)) as q_value,
    null_reason,
    case
        when null_reason is not null then null
        when q_value <= 0.05 and difference > 0 then characteristic || ':' || group_name
        when q_value <= 0.05 then 'others'
        else 'neither'
    end as says_it_more
from discovered
