{{ measures_along('theme', 'int_theme_crosswalk') }}
