-- Kept as a table: several marts ask it, and it is made of every file of the register that ever came.
{{ config(materialized='table') }}

{{ all_of_shape('validity') }}
