{{ measures_along('touchpoint') }}
