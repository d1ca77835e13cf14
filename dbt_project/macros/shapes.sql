{# The shapes that staging folders fill, each with its columns. A source says in its source.yml which shapes its folder fills, and
   every model of a shape gives these columns, in any order. #}
{% macro shape_columns(shape) -%}
    {%- set columns = {
        'measures': {
            'extract_id': 'text', 'source': 'text', 'measure_code': 'text', 'organisation_code': 'text',
            'organisation_level': 'text', 'publisher_icb_code': 'text', 'period_start': 'date', 'period_end': 'date',
            'group_code': 'text', 'value': 'numeric', 'scale': 'text', 'numerator': 'numeric', 'denominator': 'numeric',
            'base': 'bigint', 'lower': 'numeric', 'upper': 'numeric', 'interval_method': 'text', 'null_reason': 'text',
            'interval_null_reason': 'text', 'series': 'text',
        },
        'operational': {
            'extract_id': 'text', 'source': 'text', 'measure_code': 'text', 'organisation_code': 'text',
            'organisation_level': 'text', 'publisher_icb_code': 'text', 'period_start': 'date', 'period_end': 'date',
            'numerator': 'numeric', 'denominator': 'numeric', 'null_reason': 'text',
        },
        'organisations': {
            'extract_id': 'text', 'organisation_code': 'text', 'organisation_name': 'text', 'organisation_level': 'text',
            'icb_code': 'text', 'period_end': 'date',
        },
        'validity': {
            'organisation_code': 'text', 'organisation_name': 'text', 'organisation_level': 'text', 'icb_code': 'text',
            'sub_icb_code': 'text', 'parent_code': 'text', 'postcode': 'text', 'status': 'text', 'opened_on': 'date',
            'closed_on': 'date', 'in_register': 'boolean', 'valid_from': 'date', 'valid_from_basis': 'text', 'valid_to': 'date',
        },
        'memberships': {
            'organisation_code': 'text', 'organisation_level': 'text', 'parent_code': 'text', 'kind': 'text', 'valid_from': 'date',
            'valid_to': 'date', 'dated_by': 'text',
        },
        'successions': {
            'predecessor': 'text', 'successor': 'text', 'succeeded_on': 'date', 'kind': 'text', 'stated_by': 'text',
            'weight': 'numeric', 'weight_basis': 'text', 'weight_null_reason': 'text',
        },
        'catchments': {
            'organisation_code': 'text', 'area_code': 'text', 'area_level': 'text', 'share': 'numeric', 'as_at': 'date',
        },
        'voices': {
            'extract_id': 'text', 'source': 'text', 'voice_id': 'text', 'collected_by_code': 'text', 'about_code': 'text',
            'about_null_reason': 'text', 'channel_code': 'text', 'respondent_role': 'text', 'said_on': 'date',
            'said_precision': 'text', 'received_on': 'date', 'polarity': 'text', 'polarity_basis': 'text',
            'text_length': 'integer', 'text_kept_in': 'text', 'consent': 'text', 'another_involved': 'boolean',
            'age_group': 'text', 'sex': 'text', 'ethnicity': 'text', 'disability': 'text', 'carer': 'text', 'english': 'text',
            'lsoa_code': 'text', 'source_attributes': 'jsonb', 'period_start': 'date', 'period_end': 'date',
        },
        'voice_codes': {
            'extract_id': 'text', 'source': 'text', 'voice_id': 'text', 'scheme': 'text', 'code': 'text', 'polarity': 'text',
        },
        'voice_organisations': {
            'extract_id': 'text', 'source': 'text', 'voice_id': 'text', 'organisation_code': 'text', 'role': 'text',
        },
        'voice_contacts': {
            'extract_id': 'text', 'source': 'text', 'journey_id': 'text', 'contact_number': 'integer', 'contacted_on': 'date',
            'organisation_code': 'text', 'scheme': 'text', 'code': 'text', 'voice_id': 'text',
        },
        'voice_links': {
            'extract_id': 'text', 'source': 'text', 'voice_id': 'text', 'became_voice_id': 'text',
        },
        'collection_modes': {
            'extract_id': 'text', 'source': 'text', 'measure_code': 'text', 'organisation_code': 'text',
            'organisation_level': 'text', 'period_start': 'date', 'period_end': 'date', 'mode': 'text', 'responses': 'bigint',
            'null_reason': 'text',
        },
        'denominators': {
            'extract_id': 'text', 'organisation_code': 'text', 'organisation_level': 'text', 'as_at': 'date',
            'denominator_kind': 'text', 'people': 'numeric',
        },
        'populations': {
            'extract_id': 'text', 'source': 'text', 'icb_code': 'text', 'area_code': 'text', 'area_level': 'text',
            'as_at': 'date', 'denominator_kind': 'text', 'characteristic': 'text', 'group_code': 'text',
            'age_from': 'integer', 'age_to': 'integer', 'youngest': 'integer', 'edition': 'text', 'detail': 'text', 'people': 'numeric',
        },
        'profiles': {
            'extract_id': 'text', 'source': 'text', 'organisation_code': 'text', 'organisation_level': 'text',
            'publisher_icb_code': 'text', 'about_code': 'text', 'period_start': 'date', 'period_end': 'date',
            'characteristic': 'text', 'answer': 'text', 'people': 'numeric', 'people_low': 'numeric', 'people_high': 'numeric',
            'base': 'bigint', 'basis': 'text', 'null_reason': 'text',
        },
        'panels': {
            'extract_id': 'text', 'source': 'text', 'organisation_code': 'text', 'about_code': 'text', 'panel_id': 'text',
            'as_at': 'date', 'characteristic': 'text', 'answer': 'text', 'people': 'integer', 'people_low': 'integer',
            'people_high': 'integer', 'null_reason': 'text',
        },
        'area_deprivation': {
            'extract_id': 'text', 'lsoa_code': 'text', 'vintage': 'integer', 'edition': 'integer', 'quintile': 'integer',
            'rank': 'integer',
        },
        'practice_deprivation': {
            'extract_id': 'text', 'organisation_code': 'text', 'edition': 'integer', 'as_at': 'date', 'mean_rank': 'numeric',
            'people': 'numeric', 'people_without_rank': 'numeric',
        },
        'boundaries': {
            'extract_id': 'text', 'area_ons_code': 'text', 'area_name': 'text', 'as_at': 'date', 'boundary': 'jsonb',
        },
        'area_codes': {
            'area_ons_code': 'text', 'organisation_code': 'text', 'as_at': 'date',
        },
    } -%}
    {{ return(columns[shape]) }}
{%- endmacro %}


{# All sources that fill a shape, one below the other; no rows where no source that is installed does. #}
{% macro all_of_shape(shape) -%}
    {%- set columns = shape_columns(shape) -%}
    {%- for source_name in var('shapes')[shape] %}
        {% if not loop.first %}union all{% endif %}
        select {{ columns | join(', ') }} from {{ ref('stg_' ~ source_name ~ '__' ~ shape) }}
    {%- else %}
        select
        {%- for name, kind in columns.items() %} null::{{ kind }} as {{ name }}{% if not loop.last %},{% endif %}{% endfor %}
        where false
    {%- endfor %}
{%- endmacro %}
