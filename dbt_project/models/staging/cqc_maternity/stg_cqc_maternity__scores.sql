{{ cqc_scores('cqc_maternity') }}
