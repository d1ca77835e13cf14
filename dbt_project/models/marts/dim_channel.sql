select
    channels.channel_code,
    channels.label,
    channels.solicited,
    channels.came_to_us
from {{ with_local('channel', ['channel_code']) }} as channels
