select
    pathway_code,
    touchpoint_code,
    ordinal,
    version
from {{ with_local('pathway_touchpoint', ['pathway_code', 'touchpoint_code']) }} as steps
