"""click only: options, one call, printing, exit code."""
