{{ cqc_organisations('cqc_inpatient') }}
