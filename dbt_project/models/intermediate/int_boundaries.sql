{{ all_of_shape('boundaries') }}
