{{ experience_along_pathways('interface') }}
