"""Regular expressions that are compiled once and for all: compiling those of a small scan takes a tenth of its time.

What ``re`` makes of a pattern is remembered as the numbers that its matcher takes, which an interpreter of another version never sees.
They reach the matcher by a door that CPython keeps for itself; where it is closed, or refuses them, the pattern is compiled as usual.
"""

from __future__ import annotations

import re
from array import array
from functools import cache, lru_cache
from typing import Any

from scanner.cache import load, store

MOST = 600
"""Patterns that are remembered; when there are more, those of this run are."""
_NAME, _KEY = "patterns", "1"
_made: dict[str, re.Pattern[str]] = {}


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern; flags are written in it. Raises re.error."""
    found = recalled(text)
    if found is None:
        found = _made[text] = re.compile(text)
    return found


def recalled(text: str) -> re.Pattern[str] | None:
    """Return a pattern that was compiled before, if it was."""
    known = _known().get(text)
    if known is None:
        return None
    try:
        import _sre  # type: ignore[import-not-found]

        flags, codes, groups, index, names = known
        found: re.Pattern[str] = _sre.compile(text, flags, array("I", codes).tolist(), groups, index, names)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return found


def keep() -> None:
    """Remember what was compiled in this run, for the next."""
    if not _made:
        return
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        fresh = {text: _row(made, _compiler._code(_parser.parse(text), 0)) for text, made in _made.items()}  # noqa: SLF001
    except (ImportError, AttributeError, OverflowError):
        return
    store(_NAME, _KEY, {**_known(), **fresh} if len(_known()) + len(fresh) <= MOST else fresh)
    _made.clear()


def _row(made: re.Pattern[str], codes: list[int]) -> tuple[Any, ...]:
    index = dict(made.groupindex)
    names: list[str | None] = [None] * (made.groups + 1)
    for name, group in index.items():
        names[group] = name
    return (made.flags, array("I", codes).tobytes(), made.groups, index, tuple(names))


@cache
def _known() -> dict[str, Any]:
    found = load(_NAME, _KEY)
    return found[0] if found is not None and isinstance(found[0], dict) else {}
