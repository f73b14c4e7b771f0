"""Where everything stands in a JSON text that has been read before."""

from __future__ import annotations

import json

from scanner.patterns import pattern
from scanner.syntax.places import NO_KEY, Places, Range
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

_SPACE = r"[ \t\r\n]*+"
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_KEY = pattern(rf"[ \t\r\n,]*+({_STRING}){_SPACE}:{_SPACE}")
_ITEM = pattern(r"[ \t\r\n,]*+(?=[^\]])")
_SCALAR = pattern(rf"{_STRING}|[^ \t\r\n,\]}}\[{{]++")
_CLOSE = pattern(r"[ \t\r\n,]*+[\]}]")


def survey(text: str) -> Places:
    """Return where everything stands in the only value of a text."""
    places = Places(text)
    start = len(text) - len(text.lstrip(" \t\r\n"))
    _node(text, start, places, None, NO_KEY)
    return places


def _node(text: str, start: int, places: Places, key: str | int | None, key_range: Range) -> int:
    """Enter the value at ``start`` and return where it ends."""
    node = places.open(key, key_range, start)
    if text[start] == "{":
        end = _members(text, start + 1, places)
    elif text[start] == "[":
        end = _items(text, start + 1, places)
    else:
        end = _end(_SCALAR, text, start)
    places.close(node, end)
    return end


def _members(text: str, at: int, places: Places) -> int:
    while (match := _KEY.match(text, at)) is not None:
        key = match[1][1:-1]
        at = _node(text, match.end(), places, json.loads(match[1]) if "\\" in key else key, match.span(1))
    return _end(_CLOSE, text, at)


def _items(text: str, at: int, places: Places) -> int:
    index = 0
    while (match := _ITEM.match(text, at)) is not None:
        at = _node(text, match.end(), places, index, NO_KEY)
        index += 1
    return _end(_CLOSE, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
