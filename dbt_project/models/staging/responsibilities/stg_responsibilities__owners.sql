-- Who answers for what, in the newest directory of each sender: one owner for a scope at any time. Blank theme, pathway and place
-- mean all of them. `is_current` is as of the day of the directory.
with sent as (
    select * from {{ template_table('responsibilities', 'responsibilities', lone='responsibilities') }} as template
),

newest as (
    select distinct on (sender)
        sender,
        extract_id,
        period_end as as_at
    from sent
    order by sender asc, period_end desc, received_at desc
),

posts as (
    select
        sender,
        responsibility_id,
        max(coalesce(held_to, 'infinity')) as held_to
    from {{ ref('stg_responsibilities__post_holders') }}
    group by sender, responsibility_id
),

owners as (
    select
        sent.extract_id,
        sent.sender,
        newest.as_at,
        {{ sent('responsibility_id') }} as responsibility_id,
        upper({{ sent('organisation') }}) as organisation_code,
        {{ sent('function') }} as function,
        {{ sent('theme') }} as theme,
        {{ sent('pathway') }} as pathway,
        {{ sent('place') }} as place,
        {{ sent('role') }} as role,
        {{ sent('contact_route') }} as contact_route,
        {{ template_date(sent('valid_from')) }} as valid_from,
        {{ template_date(sent('valid_to')) }} as valid_to
    from sent
    inner join newest on sent.extract_id = newest.extract_id and sent.sender = newest.sender
)

select
    owners.*,
    concat_ws(
        ' / ', owners.organisation_code, owners.function, coalesce(owners.theme, 'all'), coalesce(owners.pathway, 'all'),
        coalesce(owners.place, 'all')
    ) as scope,
    owners.as_at between owners.valid_from and coalesce(owners.valid_to, 'infinity') as is_current,
    -- A role whose last holder left has nobody in it, whatever the directory says of the role.
    case
        when owners.as_at not between owners.valid_from and coalesce(owners.valid_to, 'infinity') then 'not_applicable'
        when posts.held_to is null then 'not_collected'
        when posts.held_to < owners.as_at then 'vacant'
        else 'held'
    end as post
from owners
left join posts on owners.sender = posts.sender and owners.responsibility_id = posts.responsibility_id
