select
    interface_code,
    label,
    from_touchpoint,
    to_touchpoint
from {{ with_local('interface', ['interface_code']) }} as interfaces
