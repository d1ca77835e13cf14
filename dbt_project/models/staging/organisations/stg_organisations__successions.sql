-- Succession with weights that add up to 1 for each predecessor. One that went over whole has weight 1. One that was split is
-- weighed by its practices, those of the last file before the day that another ICB has in the next: by their registered patients in
-- the list nearest to the day, or, where a practice is in none, by their number.
with followed as (
    select
        predecessor,
        min(succeeded_on) as succeeded_on
    from {{ ref('stg_organisations__succeeded') }}
    group by predecessor
),

hosted as (
    select
        organisation_code,
        parent_code as icb_code,
        valid_from,
        valid_to
    from {{ ref('stg_organisations__memberships') }}
    where kind = 'icb' and part = 'practices' and organisation_level = 'practice'
),

-- the list nearest to each day
patients as (
    select distinct on (days.succeeded_on, listed.organisation_code)
        days.succeeded_on,
        listed.organisation_code,
        listed.people
    from (select distinct succeeded_on from followed) as days
    cross join raw.registered_patients() as listed
    order by days.succeeded_on asc, listed.organisation_code asc, abs(listed.as_at - days.succeeded_on) asc, listed.as_at asc
),

moved as (
    select
        followed.predecessor,
        after.icb_code as successor,
        count(*) as practices,
        sum(patients.people) as patients,
        bool_and(patients.people is not null) as all_counted
    from followed
    inner join hosted as before
        on
            followed.predecessor = before.icb_code
            and coalesce(followed.succeeded_on > before.valid_from, true)
            and followed.succeeded_on <= before.valid_to
    inner join hosted as after
        on before.organisation_code = after.organisation_code and before.valid_to = after.valid_from
    left join patients on followed.succeeded_on = patients.succeeded_on and before.organisation_code = patients.organisation_code
    group by followed.predecessor, after.icb_code
),

pairs as (
    select
        coalesce(succeeded.predecessor, moved.predecessor) as predecessor,
        coalesce(succeeded.successor, moved.successor) as successor,
        coalesce(succeeded.succeeded_on, followed.succeeded_on) as succeeded_on,
        succeeded.reason,
        coalesce(succeeded.stated_by, 'practices') as stated_by,
        coalesce(moved.practices, 0) as practices,
        moved.patients,
        coalesce(moved.all_counted, true) as all_counted
    from {{ ref('stg_organisations__succeeded') }} as succeeded
    full outer join moved on succeeded.predecessor = moved.predecessor and succeeded.successor = moved.successor
    left join followed on moved.predecessor = followed.predecessor
),

-- Where a list names who followed, a practice or two that went to a neighbour meanwhile do not make it a split.
followers as (
    select *
    from (
        select
            *,
            bool_or(stated_by <> 'practices') over (partition by predecessor) as is_stated,
            sum(practices) over (partition by predecessor) as practices_gone
        from pairs
    ) as together
    where stated_by <> 'practices' or not is_stated or 20 * practices >= practices_gone
),

counted as (
    select
        *,
        count(*) over (partition by predecessor) as successors,
        sum(practices) over (partition by predecessor) as all_practices,
        sum(patients) over (partition by predecessor) as all_patients,
        bool_and(all_counted) over (partition by predecessor) as by_patients
    from followers
),

levels as (
    select distinct on (organisation_code)
        organisation_code,
        organisation_level
    from {{ ref('stg_organisations__listed') }}
    order by organisation_code asc, as_at desc, organisation_level asc
)

select
    counted.predecessor,
    counted.successor,
    counted.succeeded_on,
    coalesce(follower.organisation_level, gone.organisation_level, 'other') as kind,
    counted.reason,
    counted.stated_by,
    counted.practices,
    counted.patients,
    case
        when counted.patients is null and counted.practices = 0 then 'not_applicable'
        when counted.patients is null then 'not_collected'
    end as patients_null_reason,
    case
        when counted.successors = 1 then 1
        when counted.by_patients and counted.all_patients > 0
            then coalesce(counted.patients, 0) / counted.all_patients::double precision
        when counted.all_practices > 0 then counted.practices / counted.all_practices::double precision
    end as weight,
    case
        when counted.successors = 1 then 'whole'
        when counted.by_patients and counted.all_patients > 0 then 'registered_patients'
        when counted.all_practices > 0 then 'practices'
    end as weight_basis,
    case when counted.successors > 1 and counted.all_practices = 0 then 'not_collected' end as weight_null_reason
from counted
left join levels as follower on counted.successor = follower.organisation_code
left join levels as gone on counted.predecessor = gone.organisation_code
