-- Why: a wait without what people say of it, or what people say without the wait, is half a picture, and boards have been shown
-- halves for years. A model that is tagged `board` must have both sides in its contract and the test `both_sides` on its rows, and
-- whatever is shown to a board (an exposure that is tagged so) may draw figures from such models alone.
-- depends_on: {{ ref('paired_view') }}
{% set sides = [
    'measure_code', 'experience_value', 'experience_null_reason', 'operational_measure_code', 'operational_value', 'operational_null_reason'
] -%}
{%- set faults = [] -%}
{%- if execute -%}
    {%- set models = [] -%}
    {%- set boards = [] -%}
    {%- set tested = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.resource_type == 'model' -%}
            {%- do models.append(node) -%}
            {%- if 'board' in node.tags -%} {%- do boards.append(node) -%} {%- endif -%}
        {%- elif node.test_metadata and node.test_metadata.name == 'both_sides' -%}
            {%- do tested.append(node.attached_node) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for model in boards -%}
        {%- for column in sides if column not in model.columns -%}
            {%- do faults.append((model.name, 'has no column ' ~ column)) -%}
        {%- endfor -%}
        {%- if model.unique_id not in tested -%}
            {%- do faults.append((model.name, 'is not tested by both_sides')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set allowed = boards | map(attribute='unique_id') | list -%}
    {%- for exposure in graph.exposures.values() if 'board' in exposure.tags -%}
        {%- for model in models if model.unique_id in exposure.depends_on.nodes and model.unique_id not in allowed -%}
            {%- if 'value' in model.columns or 'numerator' in model.columns -%}
                {%- do faults.append((exposure.name, 'shows figures of ' ~ model.name ~ ', which is no board view')) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{% for name, fault in faults -%}
    select
        '{{ name }}' as board_view,
        '{{ fault }}' as fault
    {{ 'union all' if not loop.last }}
{% else -%}
    select
        null as board_view,
        null as fault
    where false
{% endfor %}
