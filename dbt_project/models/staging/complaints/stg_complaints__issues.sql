-- What it is about: one row per record and subject. A record has several, so that issues are no share of records.
{{ log_issues('complaints') }}
