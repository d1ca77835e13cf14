{{ log_voice_organisations('complaints', 'complaints') }}
