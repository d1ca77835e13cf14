{{ all_of_shape('profiles') }}
