-- A contact is a voice. A concern is one about something that went wrong and a compliment about something that went well; an
-- enquiry and being shown the way to somebody else say neither.
{{ log_voices(
    'pals',
    'contacts',
    "case voice.contact_type when 'concern' then 'negative' when 'compliment' then 'positive' else 'unknown' end",
    ['contact_type', 'status', 'resolved_working_days', 'became_complaint', 'complaint_reference']
) }}
