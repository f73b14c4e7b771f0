"""The events of a stream of plain YAML, for who wants what is written and where, and not what it means."""

from __future__ import annotations

from scanner.syntax.cutting import pieces
from scanner.syntax.places import NO_KEY, Places, Range
from scanner.syntax.plain_places import survey
from scanner.syntax.plain_scalars import block, folded, quoted
from scanner.syntax.scalars import CORE
from scanner.typed import Iterator

Event = tuple[str, str, Range]
"""The bracket with which a collection begins or ends, or ``=`` for a scalar; its text; where it stands in the stream."""
_CLOSING = {"{": "}", "[": "]"}


def events(text: str) -> Iterator[Event]:
    """Yield the events of all documents. Raises Exotic, maybe late, where libyaml has to read the text."""
    for start, end in pieces(text):
        places = survey(text[start:end], CORE)
        yield from _events(places, start)


def _events(places: Places, offset: int) -> Iterator[Event]:
    ends: list[tuple[int, str]] = []
    count = len(places.keys)
    for node in range(count):
        while ends and ends[-1][0] == node:
            yield ends.pop()[1], "", NO_KEY
        key, (start, end) = places.keys[node], places.key_range(node)
        if isinstance(key, str):
            yield "=", key, (start + offset, end + offset)
        start, end = places.start(node), places.end(node)
        kind = _kind(places, node, count)
        if kind == "=":
            yield kind, _value(places.text[start:end]), (start + offset, end + offset)
        else:
            yield kind, "", (start + offset, end + offset)
            ends.append((places.behind(node), _CLOSING[kind]))
    while ends:
        yield ends.pop()[1], "", NO_KEY


def _kind(places: Places, node: int, count: int) -> str:
    if places.behind(node) > node + 1 and node + 1 < count:
        return "{" if isinstance(places.keys[node + 1], str) else "["
    start = places.start(node)
    sign = places.text[start] if start < places.end(node) else ""
    return sign if sign in _CLOSING else "="


def _value(written: str) -> str:
    """Return what a scalar holds, of a block scalar without the breaks at its end. Raises Exotic."""
    if written[:1] in ("'", '"'):
        return quoted(written)
    if written[:1] not in ("|", ">"):
        return folded(written) if "\n" in written else written
    header, _, lines = written.partition("\n")
    first = lines.lstrip("\n")
    return block(header.partition(" ")[0], lines, first[: len(first) - len(first.lstrip(" "))], 0)
