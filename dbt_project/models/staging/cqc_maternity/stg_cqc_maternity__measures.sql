-- Online answers came in 2021 (knowledge).
{{ cqc_measures('cqc_maternity', series_from=[2021]) }}
