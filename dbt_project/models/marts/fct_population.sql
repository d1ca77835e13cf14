{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["{{ drop_sources_with_news('populations') }}"]
) }}

-- Counted anew when a list or a table of them comes, which is not every month.
select
    coalesce(people.icb_code, 'UNK') as icb_code,
    people.source,
    people.area_code,
    people.area_level,
    people.as_at,
    people.denominator_kind,
    people.characteristic,
    people.group_code,
    people.age_from,
    people.age_to,
    people.youngest,
    people.edition,
    people.detail,
    people.people,
    people.extract_id
from {{ ref('int_populations') }} as people
where {{ only_sources_with_news('populations') }}
