{# Survey files unfold from one array per row, whose length the planner cannot know: it takes thousands of cells for ten and joins
   them in nested loops. Without those, and with room to sort two million rows, a national file builds in minutes, not hours. #}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_superseded_extracts() }}"],
    sql_header="set local enable_nestloop = off; set local work_mem = '512MB';",
    post_hook=["{{ take_icb_from_ods() }}"]
) }}

with measured as (
    select * from {{ ref('int_measures') }}
    where {{ only_new_extracts('measures') }}
)

select
    coalesce(measured.publisher_icb_code, organisation.icb_code, 'UNK') as icb_code,
    case when measured.publisher_icb_code is null then 'register' else 'publisher' end as icb_basis,
    measured.source,
    measured.measure_code,
    measured.organisation_code,
    measured.organisation_level,
    measured.period_start,
    measured.period_end,
    measured.group_code,
    measured.value,
    measured.scale,
    measured.numerator,
    measured.denominator,
    measured.lower,
    measured.upper,
    measured.interval_method,
    measured.null_reason,
    measured.series,
    measured.extract_id,
    measured.base,
    measured.interval_null_reason
from measured
left join {{ ref('dim_organisation') }} as organisation
    on measured.organisation_code = organisation.organisation_code and {{ valid_on('organisation', 'measured.period_end') }}
