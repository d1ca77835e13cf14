{# Statistics that PostgreSQL does not have. All take and give double precision. #}


{# Ten decimal places of a floating-point number: what lies beyond them depends on the order in which it was added up. #}
{% macro to_ten_places(number) -%}
    round(({{ number }}) * 1e10::double precision) / 1e10::double precision
{%- endmacro %}


{# Two-sided probability of a standard normal value this far from zero or farther. 1.959964 gives 0.05. #}
{% macro normal_p(z) -%}
    erfc(abs({{ z }}) / sqrt(2::double precision))
{%- endmacro %}


{# Student's t that two-sided 95 % intervals take for so few degrees of freedom, by Cornish and Fisher's expansion: within 0.3 % of
   the tables from 4 degrees on (2.776 on 4, 2.262 on 9). #}
{% macro t_95(degrees) -%}
    (1.959963984540054 + 2.372271 / {{ degrees }} + 2.822499 / power({{ degrees }}, 2) + 2.555850 / power({{ degrees }}, 3))
{%- endmacro %}


{# Probability of chi-squared this large or larger, by Wilson and Hilferty's cube root: within 0.0005 of the tables from 3 degrees of
   freedom on (18.307 on 10 degrees gives 0.05). #}
{% macro chi_squared_p(statistic, degrees) -%}
    (
        0.5 * erfc(
            (power({{ statistic }} / {{ degrees }}, 1.0 / 3) - (1 - 2.0 / (9 * {{ degrees }})))
            / sqrt(2.0 / (9 * {{ degrees }})) / sqrt(2::double precision)
        )
    )
{%- endmacro %}


{# A limit of the interval of a difference, value − other, out of the intervals of both (Newcombe 1998, method 10; it holds for any two
   independent estimates with intervals, weighted or not). 56 of 70 against 48 of 80: 0.2, from 0.0524 to 0.3339. #}
{% macro difference_limit(side, value, lower, upper, other, other_lower, other_upper) -%}
    {%- if side == 'lower' -%}
        (({{ value }} - {{ other }}) - sqrt(power({{ value }} - {{ lower }}, 2) + power({{ other_upper }} - {{ other }}, 2)))
    {%- else -%}
        (({{ value }} - {{ other }}) + sqrt(power({{ upper }} - {{ value }}, 2) + power({{ other }} - {{ other_lower }}, 2)))
    {%- endif -%}
{%- endmacro %}


{# How unlikely a difference is where there is none: it is measured by the half of its interval that lies towards zero. #}
{% macro difference_p(difference, lower, upper) -%}
    {{ normal_p(
        '1.959963984540054 * (' ~ difference ~ ') / nullif(case when (' ~ difference ~ ') >= 0 then (' ~ difference ~ ') - (' ~ lower
        ~ ') else (' ~ upper ~ ') - (' ~ difference ~ ') end, 0)'
    ) }}
{%- endmacro %}


{# A limit of Byar's 95 % interval of a count. 65 events: 50.16 and 82.85. #}
{% macro byar_95(side, events) -%}
    {%- set z = '1.959963984540054' -%}
    {%- if side == 'lower' -%}
        (
            case
                when {{ events }} > 0
                    then {{ events }} * power(1 - 1 / (9.0 * {{ events }}) - {{ z }} / (3 * sqrt({{ events }})), 3)
                else 0
            end
        )
    {%- else -%}
        (
            ({{ events }} + 1)
            * power(1 - 1 / (9.0 * ({{ events }} + 1)) + {{ z }} / (3 * sqrt({{ events }} + 1)), 3)
        )
    {%- endif -%}
{%- endmacro %}


{# The variance that a 95 % interval stands for. #}
{% macro interval_variance(lower, upper) -%}
    power(({{ upper }} - {{ lower }}) / (2 * 1.959963984540054), 2)
{%- endmacro %}


{# How many unweighted answers would give a proportion this Wilson interval: fewer than answered where the publisher weights them.
   With a = z²/n, half of the width h obeys h²(1 + a)² = a·p(1 − p) + a²/4; the positive root of that. 0.9 from 0.8256 to 0.9448 are
   100 answers; an interval from 0 to 1 says of none how many. #}
{% macro effective_base(value, lower, upper) -%}
    {%- set h2 -%} power(({{ upper }} - {{ lower }}) / 2, 2) {%- endset -%}
    {%- set b -%} (2 * {{ h2 }} - {{ value }} * (1 - {{ value }})) {%- endset -%}
    {%- set a -%} ((-{{ b }} - sqrt(power({{ b }}, 2) - 4 * ({{ h2 }} - 0.25) * {{ h2 }})) / (2 * nullif({{ h2 }} - 0.25, 0))) {%- endset -%}
    (3.841458820694124 / nullif({{ a }}, 0))
{%- endmacro %}


{# False discovery rates after Benjamini and Hochberg, as the CTEs `<name>_ranked` and `<name>`: every row of a relation with `q_value`
   beside its `p_value`, within each page. Rows without a p are not tested and are not counted. #}
{% macro false_discovery(relation, name, page) -%}
{{ name }}_ranked as (
    select
        *,
        -- of equal ones all have the last rank: how many are as small or smaller
        count(p_value) over (partition by {{ page }} order by p_value asc nulls last) as p_rank,
        count(p_value) over (partition by {{ page }}) as tests
    from {{ relation }}
),

{{ name }} as (
    select
        *,
        case
            when p_value is not null then least(
                1,
                min(p_value * tests / p_rank) over (
                    partition by {{ page }} order by p_value desc nulls first rows between unbounded preceding and current row
                )
            )
        end as q_value
    from {{ name }}_ranked
)
{%- endmacro %}


{# How far areas differ beyond chance, as the CTEs up to `<name>`: of every page the number of `areas`, Cochran's `q`, the variance
   `tau_squared` between areas (DerSimonian and Laird 1986, as used by Spiegelhalter 2005), `i_squared`, the share of the variance
   between areas that is not chance, and the `mean` of areas that differ so: weighted by 1 / (variance + tau²), since by 1/variance
   alone those near 0 or 1, whose intervals are narrow, would be all of it. The relation has `value` and `variance`; its page may not
   be null. Values 1, 3 and 5 with variances of 1, 1 and 2: q = 5.6, tau² = (5.6 − 2) / (2.5 − 2.25 / 2.5) = 2.25, I² = 3.6 / 5.6,
   mean = 33.25 / 11.75. #}
{% macro between_areas(relation, name, page) -%}
{{ name }}_weighed as (
    select
        *,
        1 / variance as certainty,
        sum(value / variance) over (partition by {{ page }}) / sum(1 / variance) over (partition by {{ page }}) as common_mean
    from {{ relation }}
    where value is not null and variance > 0
),

{{ name }}_summed as (
    select
        {{ page }},
        count(*) as areas,
        sum(certainty * power(value - common_mean, 2)) as q,
        nullif(sum(certainty) - sum(power(certainty, 2)) / sum(certainty), 0) as divisor
    from {{ name }}_weighed
    group by {{ page }}
),

{{ name }}_between as (
    select
        *,
        coalesce(greatest(0, (q - (areas - 1)) / divisor), 0) as tau_squared,
        coalesce(greatest(0, (q - (areas - 1)) / nullif(q, 0)), 0) as i_squared
    from {{ name }}_summed
),

{{ name }} as (
    select
        {{ page }},
        areas,
        q,
        tau_squared,
        i_squared,
        sum(value / (variance + tau_squared)) / sum(1 / (variance + tau_squared)) as mean
    from {{ name }}_weighed
    inner join {{ name }}_between using ({{ page }})
    group by {{ page }}, areas, q, tau_squared, i_squared
)
{%- endmacro %}
