-- Why: sources invent subjects and words as they go. A code that no crosswalk knows puts what somebody said on no pathway, and
-- nothing on any page says that it is missing; a row of the local crosswalk with its name mends it. A warning, since a new word
-- must not stop a month. Words for wards and sites are not asked for: most of them say nothing of where on a journey they are.
{{ config(severity='warn') }}

select
    coded.scheme,
    coded.code,
    asked.target,
    count(distinct coded.voice_id) as voices
from {{ ref('int_voice_code') }} as coded
inner join (
    values
    ('log_subject', 'touchpoint'),
    ('log_sub_subject', 'touchpoint'),
    ('log_subject', 'interface'),
    ('log_sub_subject', 'interface'),
    ('care_opinion_service', 'touchpoint'),
    ('care_opinion_condition', 'pathway'),
    ('engagement_touchpoint', 'touchpoint'),
    ('engagement_interface', 'interface'),
    ('engagement_pathway', 'pathway')
) as asked (scheme, target) on coded.scheme = asked.scheme
where
    not exists (
        select 1
        from {{ ref('int_crosswalk') }} as said
        where
            said.target = asked.target
            and said.scheme = coded.scheme
            and case said.match when 'is' then coded.code = said.code else coded.code ~ ('\m' || said.code || '\M') end
    )
group by coded.scheme, coded.code, asked.target
