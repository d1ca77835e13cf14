-- Online answers came in 2024; what was asked before 2020 is not known here (knowledge).
{{ cqc_measures('cqc_uec', series_from=[2020, 2024]) }}
