{{ measures_along('pathway') }}
