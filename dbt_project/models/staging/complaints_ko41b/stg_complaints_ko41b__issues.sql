-- Issues raised by subject and staff group. One complaint can raise several: they are never divided by complaints.
-- `theme_codes` are the harmonised themes of a subject.
{{ written_complaint_issues('complaints_ko41b') }}
