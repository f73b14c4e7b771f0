"""Rule files → validated → compiled checks."""

from __future__ import annotations

from scanner.ruleset.loading import Ruleset, load
from scanner.ruleset.needs import facts_asked, wanted
from scanner.ruleset.selection import Selection, find, select, silenced_by

__all__ = ["Ruleset", "Selection", "facts_asked", "find", "load", "select", "silenced_by", "wanted"]
