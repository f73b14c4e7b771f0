"""Machine fixes on source text."""
