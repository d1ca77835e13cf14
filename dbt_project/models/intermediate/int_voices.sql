{{ all_of_shape('voices') }}
