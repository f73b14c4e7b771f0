"""Where bytes and objects come from."""
