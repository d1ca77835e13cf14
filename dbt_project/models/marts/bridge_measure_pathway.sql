{{ measures_along('pathway', 'int_crosswalk', "target = 'pathway'") }}
