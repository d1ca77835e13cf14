{{ all_of_shape('memberships') }}
