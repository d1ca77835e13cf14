-- One row per published cell of a question since 2024, for looking at a file whole: `<question>_<answer>.<statistic>`, or
-- `<question>.<statistic>` for what belongs to the whole question. A statistic that ends in b belongs to a question's second
-- summary. Names and cells unfold side by side: a national practice file has seven million cells, too many to look each up.
select
    gpps.extract_id,
    gpps.row_number,
    split_part(published.name, '.', 1) as question_part,
    regexp_replace(split_part(published.name, '.', 1), '_\d+$', '') as stem,
    substring(split_part(published.name, '.', 1) from '_(\d+)$')::integer as answer,
    rtrim(split_part(published.name, '.', 2), 'b') as statistic,
    case when published.name like '%b' then 'b' else '' end as variant,
    {{ gpps_number('published.cell') }} as number,
    {{ gpps_null_reason('published.cell') }} as null_reason
from {{ source('gpps', 'gpps') }} as gpps
inner join {{ extracts_in_use('gpps') }} as extracts on gpps.extract_id = extracts.extract_id
inner join {{ source('raw_headers', 'header') }} as header
    on gpps.extract_id = header.extract_id and gpps.sheet = header.sheet
cross join lateral unnest(header.fields, gpps.cells) as published (name, cell)
where published.name like '%.%' and extracts.period_start >= '2024-01-01'
