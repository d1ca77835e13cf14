-- Issues raised by service, subject, clinical sub-area and profession. One complaint can raise several: they are never divided by
-- complaints. `theme_codes` are the harmonised themes of a subject.
{{ written_complaint_issues('complaints_ko41a') }}
