{{ cqc_changes('cqc_maternity') }}
