"""Regular expressions that are compiled once and for all: compiling those of a small scan takes a tenth of its time.

What ``re`` makes of a pattern is remembered as the numbers that its matcher takes, which an interpreter of another version never sees.
They reach the matcher by a door that CPython keeps for itself; where it is closed, or refuses them, the pattern is compiled as usual.
"""

from __future__ import annotations

from scanner.cache import load, store
from scanner.kept import cache, lru_cache
from scanner.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

    from scanner.typed import Callable

MOST = 1000
"""Rows that are remembered; when there are more, those of this run are."""
_NAME, _KEY = "patterns", "2"
_made: dict[str, re.Pattern[str]] = {}
_found: dict[tuple[str, str], Any] = {}


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern; flags are written in it. Raises re.error."""
    known = recalled(text)
    if known is None:
        import re  # which takes as long as the rest of a small scan's reading

        known = _made[text] = re.compile(text)
    return known


def recalled(text: str) -> re.Pattern[str] | None:
    """Return a pattern that was compiled before, if it was."""
    known = _known().get(text)
    if known is None:
        return None
    try:
        import _sre  # type: ignore[import-not-found]

        flags, codes, groups, index, names = known
        compiled: re.Pattern[str] = _sre.compile(text, flags, memoryview(codes).cast("I").tolist(), groups, index, names)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return compiled


def found(what: str, text: str, find: Callable[[str], Any]) -> Any:
    """Return what was found out about a pattern, plain data, or find it out: reading patterns takes the standard library's parser."""
    known = _known()
    if (what, text) in known:
        return known[what, text]
    value = _found[what, text] = find(text)
    return value


def keep() -> None:
    """Remember what was compiled and found out in this run, for the next."""
    if not _made and not _found:
        return
    try:
        fresh: dict[Any, Any] = {**_found, **_rows()}
    except (ImportError, AttributeError, OverflowError):
        return
    store(_NAME, _KEY, {**_known(), **fresh} if len(_known()) + len(fresh) <= MOST else fresh)
    _made.clear()
    _found.clear()


def _rows() -> dict[str, Any]:
    if not _made:
        return {}
    from re import _compiler, _parser  # type: ignore[attr-defined]

    return {text: _row(made, _compiler._code(_parser.parse(text), 0)) for text, made in _made.items()}  # noqa: SLF001


def _row(made: re.Pattern[str], codes: list[int]) -> tuple[Any, ...]:
    import struct

    index = dict(made.groupindex)
    names: list[str | None] = [None] * (made.groups + 1)
    for name, group in index.items():
        names[group] = name
    return (made.flags, struct.pack(f"{len(codes)}I", *codes), made.groups, index, tuple(names))


@cache
def _known() -> dict[Any, Any]:
    stored = load(_NAME, _KEY)
    return stored[0] if stored is not None and isinstance(stored[0], dict) else {}
