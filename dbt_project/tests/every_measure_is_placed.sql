-- Why: a question that is on no map is heard by nobody who looks along a pathway, and nothing on any page says that it is missing.
-- Every measure of the vocabulary says where on a journey it is, which gap it tells of and whose journeys, or `none` on purpose.
select
    vocabulary.measure_code,
    targets.target
from {{ ref('measure_vocabulary') }} as vocabulary
cross join (values ('touchpoint'), ('interface'), ('pathway')) as targets (target)
where
    not exists (
        select 1
        from {{ ref('int_crosswalk') }} as said
        where said.scheme = 'measure' and said.target = targets.target and said.code = vocabulary.measure_code
    )
