"""Secrets by their place in YAML and JSON as these are really read, whatever way they are written and however many lines they take.

Only the events of the parser are used: no tree is built, nothing recurses, an alias is not followed, and a broken file gives what stands
before the break. ``scanner.mask.coarse`` looks at the same text with coarser eyes.
"""

from __future__ import annotations

from scanner.mask.formats import BESIDE_KEY, Range, is_secret_flag, says_nothing
from scanner.mask.names import NAME_KEYS, SECRET_DATA, TABLES, VALUE_KEYS, is_harmless, is_secret
from scanner.typed import Any, Iterator

_DEEPEST = 500
_KINDS = {
    "MappingStartEvent": "{",
    "MappingEndEvent": "}",
    "SequenceStartEvent": "[",
    "SequenceEndEvent": "]",
    "ScalarEvent": "=",
    "AliasEvent": "*",
}
_SECRET_KINDS = ("Secret", "SealedSecret")


class _Frame:
    """One open mapping or list: ``name`` is the key it stands under, ``key`` the one that waits for its value (None: a key comes next)."""

    __slots__ = ("before", "data", "is_map", "key", "keys", "kind", "name", "named", "others", "secret", "values")

    def __init__(self, above: _Frame | None, is_map: bool) -> None:
        self.is_map = is_map
        self.name: str = "" if above is None else above.key or above.name
        self.key: str | None = None if is_map else ""
        thing = above is not None and above.name in TABLES
        self.secret: bool = above is not None and (above.secret or (not thing and is_secret(self.name)))
        inside = above is not None and above.is_map and self.name.lower() in SECRET_DATA
        self.data: list[Range] | None = above.values["data"] if above and inside else above.data if above else None
        self.values: dict[str, list[Range]] = {"data": [], "value": [], "key": []}
        self.named = self.others = False
        self.kind = self.before = ""


def too_deep(text: str) -> bool:
    """Tell whether brackets nest deeper than any file that people write; the parser's time grows with depth times length."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest > _DEEPEST


def secrets(text: str) -> list[Range]:
    """Return the offsets in the text of every scalar that its place makes secret, up to the first mistake in it."""
    from scanner.syntax.plain_events import events
    from scanner.syntax.plain_rows import Exotic

    found: list[Range] = []
    stack: list[_Frame] = []
    try:
        for kind, value, span in events(text):
            found += _take(kind, value, span, stack)
    except Exotic:
        return _secrets_by_libyaml(text)
    return found


def _secrets_by_libyaml(text: str) -> list[Range]:
    import yaml  # slow to load, and seldom needed

    found: list[Range] = []
    stack: list[_Frame] = []
    event: Any
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            kind = _KINDS.get(type(event).__name__)
            if kind:
                found += _take(kind, getattr(event, "value", ""), (event.start_mark.index, event.end_mark.index), stack)
    except yaml.YAMLError:
        found += [span for frame in reversed(stack) for span in _deferred(frame)]
    return found


def _take(kind: str, value: str, span: Range, stack: list[_Frame]) -> Iterator[Range]:
    """Take one event: the bracket that a collection begins or ends with, ``=`` for a scalar, ``*`` for an alias."""
    if kind in "{[":
        stack.append(_Frame(stack[-1] if stack else None, kind == "{"))
    elif kind in "}]":
        yield from _deferred(stack.pop())
        _step(stack, "")
    elif stack:
        frame = stack[-1]
        if frame.key is not None and kind == "=":
            yield from _scalar(frame, value, span)
        _step(stack, value)


def _step(stack: list[_Frame], value: str) -> None:
    """Move from a key to its value and from a value to the next key."""
    if stack and stack[-1].is_map:
        frame = stack[-1]
        frame.key = value if frame.key is None else None
        frame.others = frame.others or frame.key in BESIDE_KEY


def _scalar(frame: _Frame, value: str, span: Range) -> Iterator[Range]:
    key = frame.key or ""
    word = key.lower()
    frame.kind = value if key == "kind" else frame.kind
    frame.named = frame.named or (word in NAME_KEYS and is_secret(value))
    flag, frame.before = is_secret_flag(frame.before), value
    if says_nothing(value):
        return
    if frame.data is not None:
        frame.data.append(span)
    if frame.secret and not (key and is_harmless(key)) and word != "key":
        yield span
    elif not frame.is_map:
        if flag:
            yield span
    elif word in VALUE_KEYS:
        frame.values["value"].append(span)
    elif word == "key":
        frame.values["key"].append(span)
    elif is_secret(key):
        yield span


def _deferred(frame: _Frame) -> Iterator[Range]:
    """Decide what waited for the rest of its mapping: the name beside a value, what stands beside a key, the kind above the data."""
    if frame.named or is_secret(frame.name):
        yield from frame.values["value"]
    if not frame.others and is_secret(f"{frame.name}.key"):
        yield from frame.values["key"]
    if frame.kind in _SECRET_KINDS:
        yield from frame.values["data"]
