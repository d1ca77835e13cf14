{{ all_of_shape('register') }}
