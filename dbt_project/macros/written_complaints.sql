{# Written complaints to organisations (KO41a) and to practices (KO41b): what is common to their staging models. Every macro takes the
   source's name. #}


{# What says whose a row of a return is. #}
{% macro written_complaint_whose(source_name) -%}
    {{ return({
        'complaints_ko41a': [
            'icb_code', 'icb_name', 'organisation_code', 'organisation_name', 'organisation_type', 'site_code', 'site_name',
        ],
        'complaints_ko41b': [
            'icb_code', 'icb_name', 'return_name', 'sub_icb_code', 'sub_icb_name', 'organisation_code', 'organisation_name',
            'contract_number',
        ],
    }[source_name]) }}
{%- endmacro %}


{# Whose a row of a return is, of which year, and where it stands. #}
{% macro written_complaint_row(source_name, relation=none) -%}
    {%- set where_and_when = ['extract_id', 'sheet', 'row_number', 'period_start', 'period_end', 'row_level'] -%}
    {%- for column in where_and_when + written_complaint_whose(source_name) %}
    {{ relation ~ '.' if relation }}{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The rows of the extracts in use. The two tables of a return are told apart by a column that only one of them has. #}
{% macro written_complaint_rows(source_name, column, level, level_without) -%}
    select
        raw.extract_id,
        raw.sheet,
        raw.row_number,
        raw.cells,
        header.fields,
        extracts.period_start,
        extracts.period_end,
        case when '{{ column }}' = any(header.fields) then '{{ level }}' else '{{ level_without }}' end as row_level,
        {%- for name in written_complaint_whose(source_name) %}
        {{ cell('return' if name == 'return_name' else name) }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source(source_name, source_name) }} as raw
    inner join {{ extracts_in_use(source_name) }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
{%- endmacro %}


{# The counts of a return: of `cells`, one number a row. #}
{% macro written_complaint_totals() -%}
    max(number) filter (where field = 'brought_forward') as brought_forward,
    max(number) filter (where field = 'new') as new_complaints,
    max(number) filter (where field = 'resolved') as resolved,
    max(number) filter (where field = 'upheld') as upheld,
    max(number) filter (where field = 'partially_upheld') as partially_upheld,
    max(number) filter (where field = 'not_upheld') as not_upheld,
    max(number) filter (where field = 'carried_forward') as carried_forward
{%- endmacro %}


{# The counts of several returns together. #}
{% macro written_complaint_sums() -%}
    sum(brought_forward)::bigint as brought_forward,
    sum(new_complaints)::bigint as new_complaints,
    sum(resolved)::bigint as resolved,
    sum(upheld)::bigint as upheld,
    sum(partially_upheld)::bigint as partially_upheld,
    sum(not_upheld)::bigint as not_upheld,
    sum(carried_forward)::bigint as carried_forward
{%- endmacro %}


{# New complaints by the patient's age and by who complained: each complaint stands in one line of either. #}
{% macro written_complaint_complainants(source_name) -%}
select
    {{ written_complaint_row(source_name) }},
    section as characteristic,
    item as group_name,
    number as new_complaints,
    case when number is null then 'not_submitted' end as null_reason
from {{ ref('stg_' ~ source_name ~ '__cells') }}
where section in ('age', 'status') and not is_total
{%- endmacro %}


{# Issues raised, with the harmonised themes of a subject (`theme_codes`). One complaint can raise several issues: they are never
   divided by complaints. #}
{% macro written_complaint_issues(source_name) -%}
select
    {{ written_complaint_row(source_name, 'cells') }},
    cells.section,
    cells.item,
    cells.number as issues_raised,
    case when cells.number is null then 'not_submitted' end as null_reason,
    case when cells.section = 'subject' then themes.theme_codes end as theme_codes
from {{ ref('stg_' ~ source_name ~ '__cells') }} as cells
left join lateral (
    select array_agg(distinct subject.theme_code order by subject.theme_code) as theme_codes
    from {{ ref('complaint_subject') }} as subject
    where cells.item ~* subject.pattern
) as themes on true
where cells.section in ('service', 'clinical_treatment', 'subject', 'profession') and not cells.is_total
{%- endmacro %}


{# Subjects that the crosswalk to harmonised themes does not know, with how often they were raised. #}
{% macro written_complaint_unmapped(source_name) -%}
select
    item as subject,
    min(period_start) as first_year_began,
    sum(issues_raised) as issues_raised
from {{ ref('stg_' ~ source_name ~ '__issues') }}
where section = 'subject' and theme_codes is null
group by item
{%- endmacro %}


{# The boards that the files name beside those who sent a return. #}
{% macro written_complaint_boards(source_name) -%}
select
    extract_id,
    icb_code as organisation_code,
    icb_name as organisation_name,
    'icb' as organisation_level,
    icb_code,
    period_end
from {{ ref('stg_' ~ source_name ~ '__complaints') }}
where icb_code is not null
{%- endmacro %}


{# Counts of complaints, and the share of those resolved that was upheld, in the shape of measures. The query that calls this has a
   CTE `together`: one row per organisation and period, with the totals of a return and the prefix of its measures. #}
{% macro written_complaint_measures(source_name, series) -%}
counts as (
    select
        together.extract_id,
        together.prefix || '_' || counted.name as measure_code,
        together.organisation_code,
        together.organisation_level,
        together.publisher_icb_code,
        together.period_start,
        together.period_end,
        counted.number::numeric as value,
        'count' as scale,
        null::numeric as numerator,
        null::numeric as denominator,
        counted.number as base,
        case when counted.number is null then 'not_submitted' end as null_reason
    from together
    cross join lateral (
        values
        ('brought_forward', together.brought_forward),
        ('new', together.new_complaints),
        ('resolved', together.resolved),
        ('upheld', together.upheld),
        ('partially_upheld', together.partially_upheld),
        ('not_upheld', together.not_upheld),
        ('carried_forward', together.carried_forward)
    ) as counted (name, number)
),

shares as (
    select
        extract_id,
        prefix || '_upheld_share' as measure_code,
        organisation_code,
        organisation_level,
        publisher_icb_code,
        period_start,
        period_end,
        upheld::numeric / nullif(resolved, 0) as value,
        'proportion' as scale,
        upheld::numeric as numerator,
        resolved::numeric as denominator,
        resolved as base,
        case
            when upheld is null or resolved is null then 'not_submitted'
            when resolved = 0 then 'not_applicable'
            -- A return whose outcomes do not add up can hold more upheld than resolved: no share comes of it.
            when upheld > resolved then 'not_applicable'
        end as null_reason
    from together
),

measured as (
    select * from counts
    union all
    select * from shares
)

select
    extract_id,
    '{{ source_name }}' as source,
    measure_code,
    organisation_code,
    organisation_level,
    publisher_icb_code,
    period_start,
    period_end,
    'all' as group_code,
    case when null_reason is null then value end as value,
    scale,
    numerator,
    denominator,
    base,
    case when scale = 'proportion' and null_reason is null then {{ wilson_95('lower', 'numerator', 'denominator') }} end as lower,
    case when scale = 'proportion' and null_reason is null then {{ wilson_95('upper', 'numerator', 'denominator') }} end as upper,
    case when scale = 'proportion' and null_reason is null then 'wilson_95' end as interval_method,
    null_reason,
    case when scale = 'count' then 'not_applicable' else null_reason end as interval_null_reason,
    -- Yearly since 2022-23; the quarterly and the earlier yearly returns are other series.
    '{{ series }}' as series
from measured
{%- endmacro %}
