{{ all_of_shape('practice_deprivation') }}
