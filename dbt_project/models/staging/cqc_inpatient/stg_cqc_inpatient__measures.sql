-- The survey's method changed in 2020 (workbook of 2022, sheet Guidance).
{{ cqc_measures('cqc_inpatient', series_from=[2020]) }}
