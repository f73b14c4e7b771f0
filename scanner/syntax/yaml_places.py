"""Where everything stands in one YAML document: a second reading, for the few documents that somebody points into."""

from __future__ import annotations

from scanner.syntax import plain_places
from scanner.syntax.places import Places
from scanner.syntax.plain_rows import Exotic
from scanner.syntax.scalars import Schema


def survey(text: str, schema: Schema) -> Places:
    """Return where everything stands in the only document of a text that ``load`` has read."""
    try:
        return plain_places.survey(text, schema)
    except (Exotic, ValueError):
        from scanner.syntax import libyaml_places  # slow to load, and seldom needed

        return libyaml_places.survey(text, schema)
