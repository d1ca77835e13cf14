{{ all_of_shape('voice_organisations') }}
