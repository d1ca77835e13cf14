-- One row per organisation, question, group of people and kind of figure, from either layout. Kinds are never mixed: `unadjusted`
-- is what people answered, with its own interval; `adjusted` is what remains after case mix, with the range that would be expected;
-- `yearonyear` repeats earlier surveys for comparison. A row of the workbook holds the first two side by side.
with sent as (
    select
        raw.extract_id,
        raw.sheet,
        raw.row_number,
        extracts.period_start,
        extracts.period_end,
        coalesce({{ cell('geography') }}, raw.sheet) as geography,
        {{ cell('organisation_code') }} as organisation_code,
        {{ cell('organisation_name') }} as organisation_name,
        case
            when {{ cell('year') }} ~ '^20[0-9][0-9]$' then {{ cell('year') }}::integer
            else extract(year from extracts.period_start)::integer
        end as survey_year,
        'Q' || ltrim(upper({{ cell('question') }}), 'Q') as question,
        {{ cell('question_text') }} as question_text,
        lower({{ cell('kind') }}) as kind,
        {{ cell('gender') }} as gender,
        {{ cell('imd') }} as imd,
        {{ cell('cancer_type') }} as cancer_type,
        {{ cell('breakdown') }} as breakdown,
        {{ cell('group') }} as group_name,
        round({{ cancer_number('responses') }})::bigint as responses,
        {{ cancer_number('score') }} as score,
        {{ cell('score') }} as score_sent,
        {{ cancer_number('lower') }} as lower_limit,
        {{ cancer_number('upper') }} as upper_limit,
        {{ cancer_number('adjusted_score') }} as adjusted_score,
        {{ cell('adjusted_score') }} as adjusted_score_sent,
        {{ cancer_number('expected_lower') }} as expected_lower,
        {{ cancer_number('expected_upper') }} as expected_upper,
        case when {{ cell('rating') }} in ('1', '2', '3') then {{ cell('rating') }}::integer end as rating
    from {{ source('cancer_survey', 'cancer_survey') }} as raw
    inner join {{ extracts_in_use('cancer_survey') }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
    where extracts.part = 'results'
),

kinds as (
    select
        *,
        coalesce(kind, 'unadjusted') as kind_of_figure,
        score as number,
        score_sent as number_sent
    from sent

    union all

    select
        *,
        'adjusted' as kind_of_figure,
        adjusted_score as number,
        adjusted_score_sent as number_sent
    from sent
    where kind is null and adjusted_score_sent is not null
),

-- Everybody is `all`; a group is `<characteristic>:<group>`, and two at once stand one behind the other.
grouped as (
    select
        *,
        concat_ws(
            '|',
            case when cancer_type !~* '^all' then 'cancer_type:' || lower(cancer_type) end,
            case when imd !~* '^all' then 'deprivation:' || lower(imd) end,
            case when gender !~* '^(all|both)' then 'sex:' || lower(gender) end,
            case
                when breakdown is null or breakdown ~* '^all' or group_name ~* '^all' then null
                when breakdown ~* 'cancer|tumour' then 'cancer_type:' || lower(group_name)
                when breakdown ~* 'imd|depriv' then 'deprivation:' || substring(lower(group_name) from '^[^ ]+')
                when breakdown ~* 'sex|gender' then 'sex:' || lower(group_name)
                else lower(breakdown) || ':' || lower(group_name)
            end
        ) as groups
    from kinds
)

select
    extract_id,
    sheet,
    row_number,
    period_start,
    period_end,
    survey_year,
    case
        -- An alliance is no ICB, whatever its name is like: it is a level of its own.
        when geography ~* 'alliance' then 'cancer_alliance'
        when geography ~* 'icb|integrated|stp|ics' then 'icb'
        when geography ~* 'ccg|clinical commissioning' then 'ccg'
        when geography ~* 'trust' then 'trust'
        else 'england'
    end as organisation_level,
    case
        when geography !~* 'alliance|icb|integrated|stp|ics|ccg|clinical commissioning|trust' then 'ENG' else organisation_code
    end as organisation_code,
    organisation_name,
    question,
    question_text,
    kind_of_figure as kind,
    coalesce(nullif(groups, ''), 'all') as group_code,
    responses,
    number,
    number_sent,
    case when kind_of_figure = 'adjusted' and kind is null then null else lower_limit end as lower_limit,
    case when kind_of_figure = 'adjusted' and kind is null then null else upper_limit end as upper_limit,
    case when kind_of_figure = 'adjusted' then expected_lower end as expected_lower,
    case when kind_of_figure = 'adjusted' then expected_upper end as expected_upper,
    case when kind_of_figure = 'adjusted' then rating end as rating
from grouped
