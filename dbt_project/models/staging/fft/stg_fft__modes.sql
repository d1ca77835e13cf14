-- In which way people answered, per organisation: a change of it changes who answers and what they say.
with modes as (
    select
        fft.extract_id,
        fft.setting,
        fft.stage,
        fft.organisation_level,
        fft.organisation_code,
        fft.icb_code,
        fft.period_start,
        fft.period_end,
        substring(published.field from 'mode_(.*)') as mode,
        nullif(btrim(published.cell), '') as cell
    from {{ ref('stg_fft__rows') }} as fft
    cross join lateral unnest(fft.fields, fft.cells) as published (field, cell)
    where published.field like 'mode\_%'
)

select
    extract_id,
    setting,
    stage,
    organisation_level,
    organisation_code,
    icb_code,
    period_start,
    period_end,
    mode,
    case when cell ~ '^[0-9]' then cell::bigint end as responses,
    case
        when cell is null then 'not_collected'
        when cell = '*' then 'suppressed'
        when cell !~ '^[0-9]' then 'not_applicable'
    end as null_reason
from modes
