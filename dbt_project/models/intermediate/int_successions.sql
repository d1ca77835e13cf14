-- Kept as a table: several marts ask it, and it weighs every practice that ever moved.
{{ config(materialized='table') }}

{{ all_of_shape('successions') }}
