"""Rule files → validated → compiled checks."""

from __future__ import annotations

from typing import Any

from scanner.ruleset.loading import Ruleset, load
from scanner.ruleset.needs import facts_asked, wanted
from scanner.ruleset.selection import Selection, find, select, silenced_by

__all__ = ["Ruleset", "Selection", "facts_asked", "find", "load", "schema", "select", "silenced_by", "wanted"]


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of rule files, made from the table of operators."""
    from scanner.ruleset.schema import rule_schema  # for editors, not for scans

    return rule_schema()
