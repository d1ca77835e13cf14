-- New complaints by the patient's age and by who complained: each complaint stands in one line of either.
{{ written_complaint_complainants('complaints_ko41b') }}
