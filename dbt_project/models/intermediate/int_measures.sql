{{ all_of_shape('measures') }}
