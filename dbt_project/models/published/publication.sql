-- Stands last, so that its moment says that all of the above is there.
-- depends_on: {{ ref('measure') }}
-- depends_on: {{ ref('operational') }}
-- depends_on: {{ ref('organisation') }}
-- depends_on: {{ ref('extract') }}
-- depends_on: {{ ref('expectation') }}
-- depends_on: {{ ref('sub_icb_location') }}
select now() as published_at
