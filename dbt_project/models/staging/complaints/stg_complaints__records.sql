-- Every record of the log once, as the newest extract that holds it says, and why it is left out where it is.
{{ log_records('complaints', 'complaint') }}
