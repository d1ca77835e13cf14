{{ config(
    indexes=[{'columns': [
        'icb_code', 'area_level', 'area_code', 'denominator_kind', 'characteristic', 'edition', 'as_at', 'youngest', 'detail', 'group_code'
    ], 'unique': True}]
) }}

select
    coalesce(people.icb_code, 'UNK') as icb_code,
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
