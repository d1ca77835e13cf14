-- Where a subject cell says more than the vocabulary knows.
{{ log_residue('complaints') }}
