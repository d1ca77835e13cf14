{{ log_voice_codes('complaints', 'complaints') }}
