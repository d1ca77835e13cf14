-- One row per organisation and month. The publisher's total row is left out here: the raw check has reconciled it.
select
    ae.extract_id,
    ae.org_code as organisation_code,
    ae.org_name as organisation_name,
    trim(ae.parent_org) as region_name,
    extracts.period_start,
    extracts.period_end,
    -- Booked appointments stand in columns of their own and count in the published 4-hour figure.
    ae.a_e_attendances_type_1
    + ae.a_e_attendances_type_2
    + ae.a_e_attendances_other_a_e_department
    + ae.a_e_attendances_booked_appointments_type_1
    + ae.a_e_attendances_booked_appointments_type_2
    + ae.a_e_attendances_booked_appointments_other_department as attendances,
    ae.attendances_over_4hrs_type_1
    + ae.attendances_over_4hrs_type_2
    + ae.attendances_over_4hrs_other_department
    + ae.attendances_over_4hrs_booked_appointments_type_1
    + ae.attendances_over_4hrs_booked_appointments_type_2
    + ae.attendances_over_4hrs_booked_appointments_other_department as over_4_hours
from {{ source('ae', 'ae') }} as ae
inner join {{ extracts_in_use('ae') }} as extracts on ae.extract_id = extracts.extract_id
where lower(trim(ae.org_code)) <> 'total'
