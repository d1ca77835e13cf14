{{ cqc_scores('cqc_inpatient') }}
