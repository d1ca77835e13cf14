-- Subjects that the crosswalk to harmonised themes does not know, with how often they were raised.
{{ written_complaint_unmapped('complaints_ko41b') }}
