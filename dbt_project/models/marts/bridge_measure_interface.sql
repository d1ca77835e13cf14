{{ measures_along('interface', 'int_crosswalk', "target = 'interface'") }}
