-- Rows that are no PALS contact, each with the reason.
{{ log_left_out('pals') }}
