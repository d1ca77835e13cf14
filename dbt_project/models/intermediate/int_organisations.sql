{{ all_of_shape('organisations') }}
