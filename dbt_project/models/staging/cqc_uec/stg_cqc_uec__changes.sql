{{ cqc_changes('cqc_uec') }}
