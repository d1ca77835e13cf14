select
    vocabulary.source,
    vocabulary.title,
    vocabulary.publisher,
    vocabulary.kind,
    vocabulary.solicited,
    vocabulary.comparability
from {{ ref('source_vocabulary') }} as vocabulary
