"""YAML to plain data, at once and without places: most documents are never pointed into."""

from __future__ import annotations

from scanner.syntax import plain_data
from scanner.syntax.loaded import Loaded
from scanner.syntax.plain_rows import Exotic
from scanner.syntax.scalars import CORE, Schema


def load(text: str, schema: Schema) -> Loaded:
    """Read the only document of a text. Raises MalformedError."""
    try:
        return plain_data.load(text, schema)
    except Exotic:
        from scanner.syntax import libyaml_data  # slow to load, and seldom needed

        return libyaml_data.load(text, schema)


def check(text: str) -> None:
    """Read a text without keeping anything. Raises MalformedError."""
    try:
        plain_data.load(text, CORE)
    except Exotic:
        from scanner.syntax import libyaml_data

        libyaml_data.check(text)
