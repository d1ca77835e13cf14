-- Boards, organisations, sites and practices that the workbooks name, each once an extract. A trust's board is the one that the
-- month puts it under; providers of the independent sector have none, and what
-- stands for all of them together is here under the publisher's code, since figures are published for it.
select
    extract_id,
    organisation_code,
    max(organisation_name) as organisation_name,
    min(organisation_level) as organisation_level,
    max(case when icb_code <> 'IS1' then icb_code end) as icb_code,
    period_end
from {{ ref('stg_fft__rows') }}
where organisation_level in ('icb', 'provider', 'site', 'practice', 'independent_sector')
group by extract_id, organisation_code, period_end
