"""What is known of a text may decide an operator, although parts of the text are gaps that nobody knows."""

from __future__ import annotations

from scanner.model.unknown import UNKNOWN_TEXT, Unknown
from scanner.ruleset.paths import Glob
from scanner.ruleset.walking import fits
from scanner.typed import Any, Callable

Decide = Callable[[Unknown], bool | None]
"""Says of an unknown value what an operator says of every value that it can have; None where these differ."""


def decider(name: str, prepared: Any) -> Decide | None:
    """Return what decides an operator with this operand, as it was prepared; None for operators that only what is known decides."""
    if name in ("equals", "in"):
        texts = (prepared,) if isinstance(prepared, str) else prepared if isinstance(prepared, frozenset) else None
        return None if texts is None else lambda value: _one_of(value, texts)
    decide = _DECIDE.get(name)
    return None if decide is None else lambda value: decide(value.partial, prepared) if isinstance(value.partial, str) else None


def _one_of(value: Unknown, texts: tuple[str, ...] | frozenset[str]) -> bool | None:
    if value.filled and not any(texts):
        return False
    pieces = value.partial.split(UNKNOWN_TEXT) if isinstance(value.partial, str) else ()
    return False if len(pieces) > 1 and not any(fits(text, Glob(tuple(pieces))) for text in texts) else None


def _matches(partial: str, patterns: tuple[Any, ...]) -> bool | None:
    return None if any(pattern.may_match(partial) for pattern in patterns) else False


def _starts(partial: str, texts: tuple[str, ...]) -> bool | None:
    known = partial.partition(UNKNOWN_TEXT)[0]
    return known.startswith(texts) or (None if any(text.startswith(known) for text in texts) else False)


def _ends(partial: str, texts: tuple[str, ...]) -> bool | None:
    known = partial.rpartition(UNKNOWN_TEXT)[2]
    return known.endswith(texts) or (None if any(text.endswith(known) for text in texts) else False)


_DECIDE: dict[str, Callable[[str, Any], bool | None]] = {"matches": _matches, "starts_with": _starts, "ends_with": _ends}
