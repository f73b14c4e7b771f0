"""Where the documents of a YAML stream begin and end, without parsing them: exactly as libyaml would have it."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    import re

_ODD_BREAKS = "\r\x85\u2028\u2029"
"""Line breaks of YAML 1.1 besides LF; CR counts where no LF follows."""
_MAYBE_NOTHING = ("", "#", "\x85", "\u2028", "\u2029")
"""How a text without any marker begins that may hold nothing."""


class _Patterns(NamedTuple):
    """What tells documents apart: a marker at the very start and after a line break, a piece of nothing, what may precede ``---``."""

    first: re.Pattern[str]
    marker: re.Pattern[str]
    nothing: re.Pattern[str]
    prefix: re.Pattern[str]


@cache
def _patterns(breaks: str) -> _Patterns:
    one, rest = f"[{breaks}]", f"[^{breaks}]*+"
    ends = rf"(?=[ \t]|{one}|\Z)"
    blank = rf"(?:[ \t]*+(?:#{rest})?{one})*+"
    return _Patterns(
        pattern(rf"(---|\.\.\.){ends}"),
        pattern(rf"{one}(---|\.\.\.){ends}"),
        pattern(rf"(?:---{ends}[ \t]*+)?{blank}(?:[ \t]*+(?:#{rest})?|\.\.\.)\Z"),
        pattern(rf"(?:[ \t]*+(?:[#%]{rest})?{one})*+\Z"),
    )


def pieces(text: str) -> list[tuple[int, int]]:
    """Return start and end of each document that holds something."""
    odd = has_odd_breaks(text)
    if not (odd or _may_be_cut(text)) and text.lstrip(" \t\r\n")[:1] not in _MAYBE_NOTHING:
        return [(0, len(text))]
    patterns = _patterns(f"\n{_ODD_BREAKS}" if odd else "\r\n")
    return [(start, end) for start, end in _pieces(text, patterns, odd=odd) if not patterns.nothing.match(text, start, end)]


def _may_be_cut(text: str) -> bool:
    """Tell whether a line begins as a marker does: three looks for words take a tenth of the time of one for a pattern."""
    return text.startswith(("---", "...")) or "\n---" in text or "\n..." in text


def _pieces(text: str, patterns: _Patterns, *, odd: bool) -> Iterator[tuple[int, int]]:
    """A piece begins at ``---``, or after ``...``; comments and directives before a ``---`` belong to what follows."""
    start = content = 0
    for marker in _markers(text, patterns, odd=odd):
        if marker[1] == "...":
            yield start, marker.end()
            start = content = marker.end()
            continue
        if patterns.prefix.match(text, content, marker.start(1)):
            start = content
        else:
            yield start, marker.start(1)
            start = marker.start(1)
        content = marker.end(1)
    yield start, len(text)


def _markers(text: str, patterns: _Patterns, *, odd: bool) -> Iterator[re.Match[str]]:
    first = patterns.first.match(text)
    if first is not None:
        yield first
    if odd:
        yield from patterns.marker.finditer(text)
        return
    for at in sorted([*_finds(text, "\n---"), *_finds(text, "\n...")]):
        marker = patterns.marker.match(text, at)
        if marker is not None:
            yield marker


def _finds(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def has_odd_breaks(text: str) -> bool:
    """Tell whether a text has line breaks that are neither LF nor CRLF."""
    lone = "\r" in text and text.count("\r") != text.count("\r\n")
    return lone or (not text.isascii() and any(mark in text for mark in _ODD_BREAKS[1:]))
