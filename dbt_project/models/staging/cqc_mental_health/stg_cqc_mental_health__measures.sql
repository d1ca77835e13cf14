-- A new questionnaire with online answers came in 2023 (knowledge).
{{ cqc_measures('cqc_mental_health', series_from=[2020, 2023]) }}
