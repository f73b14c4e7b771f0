"""The paths of rules: ``spec.ports[*].port``, ``labels["a/b"]``, ``labels~[*]``, parsed once and walked without copying.

``[*]`` (or ``.*``) walks the items of a list or the values of a map, ``~[*]`` the keys of a map, ``["prefix*"]`` the values whose key
fits; ``~`` alone is the list of keys. ``["with-{name}"]`` is a key that holds the value of another path. Whatever a path meets
that is not there is missing (None); beyond an Unknown everything is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown


class Walk(Enum):
    """A step that leads to several values (``KEYS``: to one list)."""

    ITEMS = "[*]"
    EACH_KEY = "~[*]"
    KEYS = "~"


class Glob(NamedTuple):
    """A step to the values of a map whose key fits: texts with a star between each two."""

    texts: tuple[str, ...]


class Filled(NamedTuple):
    """A key with ``{path}`` in it, as literal text and paths in turn."""

    parts: tuple[str, ...]


Step = str | int | Walk | Glob | Filled
Steps = tuple[Step, ...]


class Route(NamedTuple):
    """A parsed path. ``root`` is its first step where that is an unquoted word, which may name a root; ``filled``: a key holds a path."""

    steps: Steps
    root: str | None
    filled: bool = False


_STEP = r"""(?x)
    (?P<walk> ~\[\*\] | \[\*\] | \.\* | ~\Z )
    | \[ (?P<index> [0-9]{1,6} ) \]
    | \[ (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' ) \]
    | \.? (?P<name> [^\s.\[\]~"'{}*]+ )
    """


@lru_cache(maxsize=4096)
def parse(text: str) -> Route:
    """Parse a path. Raises ValueError that says what is wrong with it."""
    if text.replace(".", "").replace("_", "").isalnum() and ".." not in text and text[0] != "." != text[-1]:
        plain = tuple(text.split("."))  # most paths, without a regular expression
        return Route(plain, plain[0])
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = re.compile(_STEP).match(text, position)
        dotted = match is not None and match["name"] is not None and text[position] == "."
        if match is None or (match["name"] is not None and dotted == (position == 0)):
            raise ValueError(f"not a path at {text[position:]!r}")
        steps.append(_step(match))
        position = match.end()
    if not steps:
        raise ValueError("an empty path")
    root = steps[0] if text[0] not in "[~." and isinstance(steps[0], str) else None
    return Route(tuple(steps), root, any(isinstance(step, Filled) for step in steps))


def _step(match: re.Match[str]) -> Step:
    if match["name"] is not None:
        return match["name"]
    if match["index"] is not None:
        return int(match["index"])
    if match["walk"] is not None:
        return Walk.ITEMS if match["walk"] == ".*" else Walk(match["walk"])
    return _quoted(match["double"] if match["double"] is not None else match["single"])


def _quoted(key: str) -> Step:
    if "{" in key:
        return Filled(tuple(re.split(r"\{([^{}]*)\}", key)))
    if "*" in key:
        return Glob(tuple(key.split("*")))
    return key


def plural(steps: Steps) -> bool:
    """Tell whether the steps may lead to several values."""
    return any(isinstance(step, Glob) or step in (Walk.ITEMS, Walk.EACH_KEY) for step in steps)


def walk(value: Any, steps: Steps) -> Any:
    """Follow steps that lead to one value: None where it is missing, Unknown where it is or lies beyond an unknown."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif value is None:
            return None
        else:
            value = _into(value, step)
    return value


def walker(steps: Steps) -> Callable[[Any], Any]:
    """Return what follows steps to one value, as fast as it gets for the short paths that most are."""
    if steps[-1:] == (Walk.KEYS,):
        return lambda value: keys_of(walk(value, steps[:-1]))
    if len(steps) == 1:
        (first,) = steps
        return lambda value: value.get(first) if isinstance(value, dict) else walk(value, steps)
    if len(steps) == 2:
        return _second(*steps)
    return lambda value: walk(value, steps)


def _second(first: Step, second: Step) -> Callable[[Any], Any]:
    def reach(value: Any) -> Any:
        inner = value.get(first) if isinstance(value, dict) else walk(value, (first,))
        if inner is None:
            return None
        return inner.get(second) if isinstance(inner, dict) else _into(inner, second)

    return reach


def keys_of(value: Any) -> Any:
    """Return the keys of a map as a list; an unknown one stays unknown, of anything else there are none."""
    return list(value) if isinstance(value, dict) else beyond(value) if isinstance(value, Unknown) else None


def _into(value: Any, step: Step) -> Any:
    if isinstance(value, Unknown):
        return beyond(value)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def beyond(unknown: Unknown) -> Unknown:
    """Return what is known of a value inside an unknown one: the cause, and nothing of its shape."""
    if unknown.not_null or unknown.kind is not None:
        return Unknown(unknown.cause, unknown.origin)
    return unknown


def collect(value: Any, steps: Steps, found: list[Any]) -> list[Any]:
    """Append every value that the steps lead to; an unknown list gives one unknown."""
    for number, step in enumerate(steps):
        if isinstance(step, str | int):
            value = walk(value, (step,))
        elif step is Walk.KEYS:
            value = keys_of(value)
        else:
            for _, item in _items(value, step):
                collect(item, steps[number + 1 :], found)
            return found
    found.append(value)
    return found


def spread(value: Any, steps: Steps, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    """Yield what ``collect`` collects, each with its pointer."""
    for number, step in enumerate(steps):
        if isinstance(step, str | int):
            value = walk(value, (step,))
            pointer = (*pointer, step)
        elif step is Walk.KEYS:
            value = keys_of(value)
        else:
            for inner, item in _items(value, step):
                yield from spread(item, steps[number + 1 :], pointer + inner)
            return
    yield pointer, value


def _items(value: Any, step: Step) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(value, Unknown):
        yield (), beyond(value)
    elif isinstance(step, Glob):
        if isinstance(value, dict):
            yield from (((key,), item) for key, item in value.items() if _fits(key, step))
    elif step is Walk.EACH_KEY:
        if isinstance(value, dict):
            yield from (((key,), key) for key in value)
    elif isinstance(value, list):
        yield from (((number,), item) for number, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((key,), item) for key, item in value.items())


def _fits(key: str, glob: Glob) -> bool:
    first, *inner, last = glob.texts
    if not key.startswith(first) or not key.endswith(last):
        return False
    position, end = len(first), len(key) - len(last)
    for text in inner:
        position = key.find(text, position, end)
        if position < 0:
            return False
        position += len(text)
    return position <= end


def lead(steps: Steps) -> Pointer:
    """Return the steps before the first one that leads to several values, as a pointer."""
    pointer: list[str | int] = []
    for step in steps:
        if not isinstance(step, str | int):
            break
        pointer.append(step)
    return tuple(pointer)


def split(text: str) -> tuple[str, str] | None:
    """Cut a path behind its first step to several values: (up to there, the rest); None where it leads to one value."""
    position = 0
    while (match := re.compile(_STEP).match(text, position)) is not None:
        position = match.end()
        if plural((_step(match),)):
            return text[:position], text[position:].removeprefix(".")
    return None
