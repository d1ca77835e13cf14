{{ cqc_changes('cqc_mental_health') }}
