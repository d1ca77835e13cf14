-- Rows that are no complaint, each with the reason.
{{ log_left_out('complaints') }}
