-- What each record's subject cells say in the words of the vocabulary, and how much of them it does not know.
{{ log_subjects('stg_pals__records') }}
