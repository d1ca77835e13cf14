select
    touchpoint_code,
    label,
    ordinal
from {{ with_local('touchpoint', ['touchpoint_code']) }} as touchpoints
