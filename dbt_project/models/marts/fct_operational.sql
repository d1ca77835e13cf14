{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_superseded_extracts() }}"],
    post_hook=["{{ take_icb_from_ods() }}"]
) }}

with counted as (
    select * from {{ ref('int_operational') }}
    where {{ only_new_extracts('operational') }}
)

select
    coalesce(counted.publisher_icb_code, organisation.icb_code, 'UNK') as icb_code,
    case when counted.publisher_icb_code is null then 'register' else 'publisher' end as icb_basis,
    counted.source,
    counted.measure_code,
    counted.organisation_code,
    counted.organisation_level,
    counted.period_start,
    counted.period_end,
    counted.numerator,
    counted.denominator,
    counted.numerator / nullif(counted.denominator, 0) as value,
    counted.null_reason,
    counted.extract_id
from counted
left join {{ ref('dim_organisation') }} as organisation
    on counted.organisation_code = organisation.organisation_code and {{ valid_on('organisation', 'counted.period_end') }}
