{# What a trust's log of complaints and its log of PALS contacts have in common. The vocabularies are the seeds `log_*`. #}

{# Every record of a source's log once, from the newest extract of its sender that holds it, since a log is exported again and again as
   the year goes on. `kind` is what this source is a log of: complaint or pals. `left_out` says why a row is none of it. #}
{% macro log_records(source_name, kind) -%}
{%- set fields = [
    'kind', 'contact_type', 'status', 'received_via', 'role', 'third_party', 'consent', 'severity', 'subjects', 'sub_subjects', 'outcome',
    'other_organisation', 'other_organisation_code', 'another_involved', 'pals_reference', 'complaint_reference', 'linked_contacts',
    'division', 'specialty', 'site', 'location', 'age_group', 'sex', 'ethnicity', 'disability', 'carer', 'english', 'lsoa', 'satisfaction',
    'reopened', 'description', 'action',
] -%}
{%- set words = [
    'kind', 'contact_type', 'status', 'received_via', 'role', 'consent', 'severity', 'outcome', 'sex', 'ethnicity', 'satisfaction',
] -%}
with sent as (
    select
        raw.extract_id,
        raw.row_number,
        raw.cells,
        header.fields,
        extracts.sender,
        raw.reference({{ cell('reference') }}) as reference,
        row_number() over (
            partition by extracts.sender, raw.reference({{ cell('reference') }})
            order by extracts.period_end desc, extracts.received_at desc, raw.extract_id asc, raw.row_number asc
        ) as newest
    from {{ source(source_name, source_name) }} as raw
    inner join {{ extracts_in_use(source_name) }} as extracts on raw.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header on raw.extract_id = header.extract_id and raw.sheet = header.sheet
),

records as (
    select
        sent.extract_id,
        sent.row_number,
        sent.sender,
        sent.reference,
        sent.fields,
        substring(sent.reference from '^(.*)/(?:FU|FLR|FL)(?:/[0-9]+)?$') as follows,
        {%- for field in ['received', 'acknowledged', 'due', 'completed', 'closed', 'event_date'] %}
        raw.day({{ cell(field, row='sent', header='sent') }}) as {{ field }},
        {%- endfor %}
        {%- for field in fields %}
        {{ cell(field, row='sent', header='sent') }} as {{ field }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from sent
    where sent.newest = 1
),

understood as (
    select
        records.*,
        {%- for field in words %}
        {{ field }}_word.means as {{ field }}_means{% if not loop.last %},{% endif %}
        {%- endfor %}
    from records
    {%- for field in words %}
    left join {{ ref('log_word') }} as {{ field }}_word
        on
            {{ field }}_word.field = '{{ field }}'
            and {{ field }}_word.written = {% if field == 'ethnicity' -%} btrim(lower(records.ethnicity), '* ')
            {%- elif field == 'contact_type' -%} lower(coalesce(records.contact_type, records.kind))
            {%- else -%} lower(records.{{ field }}) {%- endif %}
    {%- endfor %}
),

left_out as (
    select distinct on (understood.extract_id, understood.row_number)
        understood.extract_id,
        understood.row_number,
        rule.reason
    from understood
    cross join lateral (
        values
        ('reference', understood.reference),
        ('kind', understood.kind),
        ('status', understood.status),
        ('outcome', understood.outcome),
        ('subjects', understood.subjects),
        ('description', understood.description)
    ) as held (field, cell)
    inner join {{ ref('log_left_out') }} as rule on held.field = rule.field and btrim(lower(held.cell)) ~ rule.pattern
    order by understood.extract_id, understood.row_number, array_position(array['test', 'opened_in_error'], rule.reason) nulls last
)

select
    understood.*,
    coalesce(
        left_out.reason,
        case
            when understood.follows is not null then 'follow_up'
            when understood.kind_means <> '{{ kind }}' then 'of_another_log'
        end
    ) as left_out
from understood
left join left_out on understood.extract_id = left_out.extract_id and understood.row_number = left_out.row_number
{%- endmacro %}


{# What complaints and contacts say of whom and by whom, under the same names in both. #}
{% macro log_voice_columns(source_name, records='records') -%}
    '{{ source_name }}:' || {{ records }}.sender || ':' || raw.identifier({{ records }}.reference) as voice_id,
    {{ records }}.extract_id,
    {{ records }}.row_number,
    {{ records }}.sender,
    {{ records }}.reference,
    {{ records }}.event_date as said_on,
    {{ records }}.received as received_on,
    {{ log_organisation_code(records) }} as about_organisation_code,
    coalesce({{ records }}.other_organisation, {{ records }}.other_organisation_code) as organisation_text,
    {{ log_another_involved(records) }} as another_involved,
    coalesce({{ records }}.specialty, {{ records }}.location) as service_text,
    {{ records }}.site as site_text,
    coalesce(
        {{ records }}.role_means,
        case {{ log_yes_no(records ~ '.third_party') }} when 'yes' then 'representative' when 'no' then 'patient' end,
        'not_known'
    ) as respondent_role,
    '{{ source_name }}' as channel,
    coalesce({{ records }}.received_via_means, 'not_known') as received_via,
    coalesce({{ records }}.consent_means, 'not_known') as consent,
    coalesce({{ records }}.severity_means, 'not_known') as severity,
    {{ records }}.satisfaction_means::integer as rating,
    case
        when {{ records }}.satisfaction_means is not null then null
        when array_position({{ records }}.fields, 'satisfaction') is null then 'not_collected'
        else 'not_submitted'
    end as rating_null_reason,
    coalesce({{ records }}.age_group, 'not_known') as age_group,
    coalesce({{ records }}.sex_means, 'not_known') as sex,
    coalesce({{ records }}.ethnicity_means, 'not_known') as ethnicity,
    coalesce({{ log_yes_no(records ~ '.disability') }}, 'not_known') as disability,
    coalesce({{ log_yes_no(records ~ '.carer') }}, 'not_known') as carer,
    coalesce({{ log_yes_no(records ~ '.english') }}, 'not_known') as english,
    {{ records }}.lsoa as lsoa_code,
    {{ records }}.fields,
    {{ records }}.description as text
{%- endmacro %}


{# The shape `voices` of a log. `polarity` is an expression: what kind of contact it was says whether somebody was content. Attributes
   of its own are listed by their names; those that are references must look like one. #}
{% macro log_voices(source_name, model, polarity, attributes) -%}
select
    voice.extract_id,
    '{{ source_name }}' as source,
    voice.voice_id,
    voice.sender as collected_by_code,
    voice.about_organisation_code as about_code,
    case when voice.about_organisation_code is null then 'not_submitted' end as about_null_reason,
    voice.channel as channel_code,
    {{ role_in_common('voice.respondent_role') }} as respondent_role,
    voice.said_on,
    case
        when voice.said_on is not null then 'day'
        when array_position(voice.fields, 'event_date') is null then 'not_collected'
        else 'not_submitted'
    end as said_precision,
    voice.received_on,
    {{ polarity }} as polarity,
    case when {{ polarity }} = 'unknown' then 'none' else 'kind_of_contact' end as polarity_basis,
    {{ text_kept('voice.text', source_name, model) }},
    voice.consent,
    voice.another_involved,
    {%- for name, field, known in [
        ('age_group', 'age_group', age_band('voice.age_group')), ('sex', 'sex', 'voice.sex'),
        ('ethnicity', 'ethnicity', 'voice.ethnicity'), ('disability', 'disability', 'voice.disability'),
        ('carer', 'carer', 'voice.carer'), ('english', 'english', 'voice.english'), ('lsoa_code', 'lsoa', lsoa_code('voice.lsoa_code')),
    ] %}
    case
        when array_position(voice.fields, '{{ field }}') is null then 'not_asked'
        else coalesce({{ known }}, 'not_known')
    end as {{ name }},
    {%- endfor %}
    jsonb_strip_nulls(
        jsonb_build_object(
            'reference', raw.reference_shown(voice.reference),
            'received_via', voice.received_via,
            'role', voice.respondent_role,
            'severity', voice.severity,
            'handling_rating', voice.rating
            {%- for name in attributes %},
            '{{ name }}', {% if name.endswith('_reference') %}raw.reference_shown(voice.{{ name }}){% else %}voice.{{ name }}{% endif %}
            {%- endfor %}
        )
    ) as source_attributes,
    {{ month_around('voice.received_on') }}
from {{ ref('stg_' ~ source_name ~ '__' ~ model) }} as voice
{%- endmacro %}


{# The shape `voice_codes` of a log: a sub-subject where one is written, its subject where none is, and the words for where it was. A
   site is a code where it looks like one, and else a place. #}
{% macro log_voice_codes(source_name, model, attributes=[]) -%}
with issues as (
    select
        issue.voice_id,
        'log_subject' as scheme,
        issue.subject_code as code
    from {{ ref('stg_' ~ source_name ~ '__issues') }} as issue
    where cardinality(issue.sub_subject_codes) = 0
    union all
    select
        issue.voice_id,
        'log_sub_subject' as scheme,
        sub_subject.code
    from {{ ref('stg_' ~ source_name ~ '__issues') }} as issue
    cross join lateral unnest(issue.sub_subject_codes) as sub_subject (code)
),

voices as (
    select
        voice.extract_id,
        voice.voice_id,
        voice.service_text,
        voice.site_text
        {%- for name in attributes %},
        voice.{{ name }}
        {%- endfor %}
    from {{ ref('stg_' ~ source_name ~ '__' ~ model) }} as voice
),

held as (
    select
        voices.extract_id,
        voices.voice_id,
        issues.scheme,
        issues.code
    from voices
    inner join issues on voices.voice_id = issues.voice_id
    union all
    select
        voices.extract_id,
        voices.voice_id,
        said.scheme,
        said.code
    from voices
    cross join lateral (
        values
        ('place', voices.service_text),
        (case when upper(voices.site_text) ~ '^[A-Z0-9]{5}$' and voices.site_text ~ '[0-9]' then 'site' else 'place' end, voices.site_text)
        {%- for name in attributes %},
        ('log_{{ name }}', voices.{{ name }})
        {%- endfor %}
    ) as said (scheme, code)
)

select distinct
    extract_id,
    '{{ source_name }}' as source,
    voice_id,
    scheme,
    {{ as_code('code') }} as code,
    null::text as polarity
from held
where {{ as_code('code') }} not in ('', 'not_known')
{%- endmacro %}


{# The shape `voice_organisations` of a log: who heard it, whom it concerns, and the sender once more where another is involved. #}
{% macro log_voice_organisations(source_name, model) -%}
select distinct
    voice.extract_id,
    '{{ source_name }}' as source,
    voice.voice_id,
    named.organisation_code,
    named.role
from {{ ref('stg_' ~ source_name ~ '__' ~ model) }} as voice
cross join lateral (
    values
    (voice.sender, 'collected_by'),
    (voice.about_organisation_code, 'about'),
    (case when voice.another_involved then voice.sender end, 'involved')
) as named (organisation_code, role)
where named.organisation_code is not null
{%- endmacro %}


{% macro log_yes_no(cell) -%}
    case when lower({{ cell }}) in ('yes', 'y', 'true', '1') then 'yes' when lower({{ cell }}) in ('no', 'n', 'false', '0') then 'no' end
{%- endmacro %}


{# The other organisation that is involved, where it is named by its code, alone or in brackets after its name; null where it is named
   otherwise, until somebody finds its code; the sender where no other is involved. #}
{% macro log_organisation_code(records) -%}
    case
        when {{ log_another_involved(records) }}
            then coalesce(
                raw.organisation_code({{ records }}.other_organisation_code), raw.code_in_name({{ records }}.other_organisation)
            )
        else {{ records }}.sender
    end
{%- endmacro %}


{% macro log_another_involved(records) -%}
    (
        (
            {{ records }}.other_organisation is not null
            and lower({{ records }}.other_organisation) not in ('no', 'n', 'none', 'n/a', 'na', 'false', '-', 'not applicable')
        )
        or {{ records }}.other_organisation_code is not null
        or coalesce({{ log_yes_no(records ~ '.another_involved') }} = 'yes', false)
    )
{%- endmacro %}


{# Working days after one day up to another: weekends and bank holidays do not count. Null where the second is before the first, or
   years after it. #}
{% macro working_days(first, last) -%}
    case
        when {{ last }} between {{ first }} and {{ first }} + 3660
            then (
                select count(*)
                from generate_series({{ first }} + 1, {{ last }}, interval '1 day') as each (day)
                where
                    extract(isodow from each.day) < 6
                    and each.day::date not in (select holiday.day from {{ ref('bank_holiday') }} as holiday)
            )::integer
    end
{%- endmacro %}


{# Subjects and sub-subjects of each record, and what is left of its cells when all known words are taken out. Values hold commas, so
   that a cell is read with the vocabulary: of two values that fit the longer one is meant. #}
{% macro log_subjects(records_model) -%}
with vocabulary as (
    select
        subject_code,
        null::text as sub_subject_code,
        raw.as_words(written) as written
    from {{ ref('log_subject') }}
    union all
    select
        subject_code,
        sub_subject_code,
        raw.as_words(written) as written
    from {{ ref('log_sub_subject') }}
),

words as (
    select array_agg(written order by length(written) desc, written) as listed
    from vocabulary
),

cells as (
    select
        records.sender,
        records.reference,
        held.field,
        named.known,
        named.rest
    from {{ ref(records_model) }} as records
    cross join words
    cross join lateral (values ('subjects', records.subjects), ('sub_subjects', records.sub_subjects)) as held (field, cell)
    cross join lateral raw.words_in(raw.as_words(held.cell), words.listed) as named
    where records.left_out is null and held.cell is not null
)

select distinct
    cells.sender,
    cells.reference,
    cells.field,
    vocabulary.subject_code,
    vocabulary.sub_subject_code,
    0 as residue
from cells
inner join vocabulary on vocabulary.written = any(cells.known)
union all
select
    cells.sender,
    cells.reference,
    cells.field,
    null as subject_code,
    null as sub_subject_code,
    length(cells.rest) as residue
from cells
{%- endmacro %}


{# One row per record and subject, with the sub-subjects that belong to it and the themes that it is about, the weightiest first. #}
{% macro log_issues(source_name) -%}
with issues as (
    select
        sender,
        reference,
        subject_code,
        bool_or(sub_subject_code is null) as stated,
        coalesce(array_agg(distinct sub_subject_code) filter (where sub_subject_code is not null), '{}') as sub_subject_codes
    from {{ ref('stg_' ~ source_name ~ '__subjects') }}
    where subject_code is not null
    group by sender, reference, subject_code
),

themes as (
    select
        code as subject_code,
        array_agg(target_code order by weight desc, target_code) as theme_codes
    from ({{ crosswalk('theme') }}) as known
    where scheme = 'log_subject'
    group by code
)

select
    '{{ source_name }}:' || issues.sender || ':' || raw.identifier(issues.reference) as voice_id,
    issues.sender,
    issues.reference,
    issues.subject_code,
    issues.stated,
    issues.sub_subject_codes,
    themes.theme_codes
from issues
left join themes on issues.subject_code = themes.subject_code
{%- endmacro %}


{# Cells of which something is left when all known words are taken out: where, and how many letters. Never what. #}
{% macro log_residue(source_name) -%}
select
    subjects.sender,
    subjects.reference,
    records.extract_id,
    records.row_number,
    subjects.field as column_name,
    subjects.residue as letters
from {{ ref('stg_' ~ source_name ~ '__subjects') }} as subjects
inner join {{ ref('stg_' ~ source_name ~ '__records') }} as records
    on subjects.sender = records.sender and subjects.reference = records.reference
where subjects.residue > 0
{%- endmacro %}


{% macro log_left_out(source_name) -%}
select
    records.sender,
    records.reference,
    records.extract_id,
    records.row_number,
    records.received as received_on,
    records.follows as follows_reference,
    records.left_out as reason
from {{ ref('stg_' ~ source_name ~ '__records') }} as records
where records.left_out is not null
{%- endmacro %}
