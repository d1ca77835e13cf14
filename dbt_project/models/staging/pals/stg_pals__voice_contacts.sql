-- Contacts that an office linked to each other are one person's, in the order in which they came. A chain is everything that can
-- be reached by links, whichever contact names which; it bears the reference that comes first.
with recursive contacts as materialized (
    select
        extract_id,
        voice_id,
        sender,
        reference,
        received_on,
        about_organisation_code,
        organisation_text,
        service_text,
        linked_references
    from {{ ref('stg_pals__contacts') }}
),

links as (
    select
        contacts.sender,
        each_end.reference,
        each_end.other
    from contacts
    cross join lateral unnest(contacts.linked_references) as linked (reference)
    inner join contacts as found on contacts.sender = found.sender and linked.reference = found.reference
    cross join
        lateral (
            values
            (contacts.reference, linked.reference),
            (linked.reference, contacts.reference)
        ) as each_end (reference, other)
    where contacts.reference <> linked.reference
),

reached as (
    select
        links.sender,
        links.reference,
        links.other
    from links
    union
    select
        reached.sender,
        reached.reference,
        links.other
    from reached
    inner join links on reached.sender = links.sender and reached.other = links.reference
),

chains as (
    select
        sender,
        reference,
        least(reference, min(other)) as chain
    from reached
    group by sender, reference
)

select
    contacts.extract_id,
    'pals' as source,
    'pals:' || contacts.sender || ':' || raw.identifier(chains.chain) as journey_id,
    row_number() over (
        partition by contacts.sender, chains.chain order by contacts.received_on, contacts.reference
    )::integer as contact_number,
    contacts.received_on as contacted_on,
    contacts.about_organisation_code as organisation_code,
    'place' as scheme,
    -- one organisation is one service, however it was spelled from contact to contact
    coalesce(
        min({{ as_code('contacts.organisation_text') }}) over (
            partition by
                contacts.sender,
                chains.chain,
                coalesce(contacts.about_organisation_code, {{ as_code('contacts.organisation_text') }})
        ), {{ as_code('contacts.service_text') }}
    ) as code,
    contacts.voice_id
from contacts
inner join chains on contacts.sender = chains.sender and contacts.reference = chains.reference
