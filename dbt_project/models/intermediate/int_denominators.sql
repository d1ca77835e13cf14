{{ all_of_shape('denominators') }}
