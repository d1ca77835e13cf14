{{ log_voice_organisations('pals', 'contacts') }}
