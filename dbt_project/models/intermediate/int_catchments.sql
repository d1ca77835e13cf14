{{ all_of_shape('catchments') }}
