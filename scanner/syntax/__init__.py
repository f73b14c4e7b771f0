"""Text to located trees. Knows languages of text, no platform."""
