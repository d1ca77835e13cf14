{# No two rows share a key. #}
{% test unique_together(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{# A number is missing exactly when a reason is given: absent, suppressed, zero and not applicable are four different things. #}
{% test null_has_a_reason(model, column_name, reason) %}
    select *
    from {{ model }}
    where ({{ column_name }} is null) <> ({{ reason }} is not null)
{% endtest %}


{# An expression that must hold in every row. #}
{% test holds(model, expression) %}
    select *
    from {{ model }}
    where not coalesce({{ expression }}, true)
{% endtest %}


{# The weights of each whole add up to 1, where they are known. #}
{% test adds_up_to_one(model, column_name, of) %}
    select {{ of }}
    from {{ model }}
    group by {{ of }}
    having abs(sum({{ column_name }}) - 1) > 0.000001
{% endtest %}


{# A view for a board says what people said and what was counted, or why one of the two is missing: never one side in silence. #}
{% test both_sides(model) %}
    select *
    from {{ model }}
    where
        measure_code is null
        or operational_measure_code is null
        or (experience_value is null) <> (experience_null_reason is not null)
        or (operational_value is null) <> (operational_null_reason is not null)
{% endtest %}
