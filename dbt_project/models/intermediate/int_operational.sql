{{ all_of_shape('operational') }}
