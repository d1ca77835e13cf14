{{ cqc_organisations('cqc_uec') }}
