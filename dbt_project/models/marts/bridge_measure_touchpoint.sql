{{ measures_along('touchpoint', 'int_crosswalk', "target = 'touchpoint'") }}
