{{ cqc_organisations('cqc_maternity') }}
