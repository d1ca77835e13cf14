select
    pathway_code,
    label,
    version
from {{ with_local('pathway', ['pathway_code']) }} as pathways
