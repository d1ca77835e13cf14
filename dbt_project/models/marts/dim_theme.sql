select
    themes.theme_code,
    themes.taxonomy_version,
    themes.label,
    themes.definition,
    themes.picker_code,
    themes.seldom_heard
from {{ with_local('theme', ['theme_code']) }} as themes
