{{ all_of_shape('populations') }}
