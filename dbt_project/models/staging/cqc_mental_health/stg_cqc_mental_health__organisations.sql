{{ cqc_organisations('cqc_mental_health') }}
