{{ experience_along_pathways('touchpoint') }}
