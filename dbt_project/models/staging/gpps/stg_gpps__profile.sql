-- Where in each file's rows the respondents of a group stand. A file whose question has other answers than the seed lists maps to
-- none: what its numbers mean would be a guess.
with headers as (
    select
        header.extract_id,
        header.sheet,
        extracts.part,
        case when extracts.period_start >= '2024-01-01' then 'since_2024' else 'to_2023' end as grammar,
        string_to_array(lower(array_to_string(header.fields, chr(31))), chr(31)) as fields
    from {{ source('raw_headers', 'header') }} as header
    inner join {{ extracts_in_use('gpps') }} as extracts on header.extract_id = extracts.extract_id
),

listed as (
    select
        *,
        count(*) over (partition by grammar, question) as answers
    from {{ ref('gpps_profile_answer') }}
),

placed as (
    select
        headers.extract_id,
        headers.sheet,
        headers.part,
        listed.question,
        listed.answer,
        listed.characteristic,
        listed.group_code,
        listed.answers,
        array_position(
            headers.fields,
            listed.question || '_' || listed.answer || case headers.grammar when 'since_2024' then '.count' else '' end
        ) as count_at,
        array_position(
            headers.fields,
            listed.question || '_' || listed.answer || case headers.grammar when 'since_2024' then '.pct' else 'pct' end
        ) as share_at,
        array_position(
            headers.fields, listed.question || case headers.grammar when 'since_2024' then '.basefullw' else 'base' end
        ) as weighted_at,
        array_position(headers.fields, listed.question || '.basefulluw') as unweighted_at,
        (
            select count(*) from unnest(headers.fields) as each (field)
            where
                each.field
                ~ ('^' || listed.question || '_[0-9]{1,2}' || case headers.grammar when 'since_2024' then '\.count$' else '$' end)
        ) as found
    from headers
    inner join listed on headers.grammar = listed.grammar
)

select * from placed
where count_at is not null and found = answers
