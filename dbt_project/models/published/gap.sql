-- What each source does not tell about who speaks.
select
    gap.source,
    titles.title as source_title,
    gap.characteristic,
    gap.recorded,
    gap.why,
    gap.finding
from {{ ref('data_gap') }} as gap
left join {{ ref('source_vocabulary') }} as titles on gap.source = titles.source
