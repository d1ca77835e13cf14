-- A complaint is a voice. Nobody complains of what they were content with: that it is one says its polarity.
{{ log_voices(
    'complaints', 'complaints', "'negative'",
    ['status', 'outcome', 'acknowledged_in_time', 'responded_in_time', 're_opened', 'with_ombudsman', 'pals_reference']
) }}
