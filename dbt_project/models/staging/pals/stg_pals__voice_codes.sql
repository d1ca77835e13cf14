{{ log_voice_codes('pals', 'contacts', ['contact_type']) }}
