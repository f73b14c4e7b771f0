"""The nouns that walk through the house. Imports nothing of ours, and nothing that is slow to load."""
