{{ all_of_shape('panels') }}
