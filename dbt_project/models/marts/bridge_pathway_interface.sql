select
    pathway_code,
    interface_code,
    version
from {{ with_local('pathway_interface', ['pathway_code', 'interface_code']) }} as gaps
