-- One row per person who answered, with the day and an id. Nothing in the upload is a key: the id is made from all that the row
-- says and what it is an upload of, counted where people said the very same, so that a restated upload gives the same person the
-- same id. Nothing is looked up beyond the file, so that one file can be read alone.
with uploaded as (
    select
        comments.extract_id,
        comments.row_number,
        comments.cells,
        header.fields,
        extracts.sender,
        extracts.received_at,
        extracts.period_start,
        extracts.period_end,
        {{ cell('date', 'comments') }} as day_text,
        (
            select
                md5(
                    concat_ws(e'\n', extracts.sender, extracts.part, extracts.period_start, extracts.period_end)
                    || string_agg(each.field || '=' || btrim(each.cell), e'\n' order by each.field)
                )
            from unnest(header.fields, comments.cells) as each (field, cell)
            where btrim(each.cell) <> ''
        ) as said
    from {{ source('fft_comments', 'fft_comments') }} as comments
    inner join {{ extracts_in_use('fft_comments') }} as extracts on comments.extract_id = extracts.extract_id
    inner join {{ source('raw_headers', 'header') }} as header
        on comments.extract_id = header.extract_id and comments.sheet = header.sheet
),

-- The forms that the reader lets in, each of them checked there to be a day that was.
dated as (
    select
        *,
        regexp_match(day_text, '^([12][0-9]{3})-([0-9]{1,2})-([0-9]{1,2})') as year_first,
        regexp_match(day_text, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})') as day_first,
        regexp_match(lower(day_text), '^([0-9]{1,2})[ -]([a-z]{3})[a-z]*[ ,-]+([0-9]{4}|[0-9]{2})') as in_letters,
        regexp_match(day_text, '^([0-9]{5})([.][0-9]+)?$') as counted
    from uploaded
)

select
    extract_id,
    row_number,
    cells,
    fields,
    sender,
    received_at,
    period_start,
    period_end,
    'fft_comments:' || said || '-'
    || row_number() over (partition by extract_id, said order by row_number) as respondent_id,
    case
        when year_first is not null then make_date(year_first[1]::integer, year_first[2]::integer, year_first[3]::integer)
        when day_first is not null
            then make_date(right('20' || day_first[3], 4)::integer, day_first[2]::integer, day_first[1]::integer)
        when in_letters is not null
            then make_date(
                right('20' || in_letters[3], 4)::integer,
                array_position(
                    array['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], in_letters[2]
                ),
                in_letters[1]::integer
            )
        else date '1899-12-30' + counted[1]::integer
    end as said_on
from dated
