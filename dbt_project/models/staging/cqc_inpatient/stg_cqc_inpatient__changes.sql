{{ cqc_changes('cqc_inpatient') }}
