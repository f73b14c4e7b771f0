"""Findings of other tools merged in, one module each."""
