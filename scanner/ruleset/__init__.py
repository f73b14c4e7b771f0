"""Rule files → validated → compiled checks."""
