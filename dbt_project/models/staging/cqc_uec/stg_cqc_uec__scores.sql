{{ cqc_scores('cqc_uec') }}
