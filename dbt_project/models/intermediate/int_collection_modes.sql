{{ all_of_shape('collection_modes') }}
