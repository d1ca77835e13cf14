{{ all_of_shape('area_codes') }}
