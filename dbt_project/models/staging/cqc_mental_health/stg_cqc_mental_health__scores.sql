{{ cqc_scores('cqc_mental_health') }}
