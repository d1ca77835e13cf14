-- What sources' own codes and measures are in our themes, national rows and a board's own together.
{{ crosswalk('theme') }}
