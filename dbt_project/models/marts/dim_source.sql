select
    vocabulary.source,
    vocabulary.title,
    vocabulary.publisher,
    vocabulary.kind,
    vocabulary.solicited,
    vocabulary.states_icb,
    vocabulary.comparability
from {{ ref('source_vocabulary') }} as vocabulary
