{{ measures_along('interface') }}
