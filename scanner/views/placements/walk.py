"""Reads attributes by the paths of the carriers table: lists on the way are walked, whatever the language calls them."""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Open, Unknown
from scanner.patterns import pattern
from scanner.typed import Any, Iterator

_STEP = pattern(r'\["([^"]*)"\]|\.?([^.\[]+)')


class Written(NamedTuple):
    """A value and where it stands. ``pointer`` of a default that nobody wrote leads to the attribute that is missing."""

    pointer: Pointer
    value: Any
    by_default: bool = False


@lru_cache(maxsize=2048)
def split(path: str) -> tuple[str, ...]:
    """Split ``a.b["c.d"].*`` into its keys."""
    return tuple(match[1] if match[1] is not None else match[2] for match in _STEP.finditer(path))


def written(data: Any, path: str) -> list[Written]:
    """Return every value that is written at a path; an unknown on the way stands for all that lies beyond it."""
    return [found for found in _walk(data, split(path), ()) if not _is_empty(found.value)]


def said(resource: Resource, path: str) -> list[Written]:
    """Return what is written at a path of a resource; what the provider will work out itself is not."""
    return [found for found in written(resource.data, path) if not is_computed(found.value, resource)]


def is_computed(value: Any, resource: Resource) -> bool:
    """Tell whether a value is what the provider of its own resource will work out."""
    return isinstance(value, Unknown) and value.origin == resource.key.address


def _walk(data: Any, keys: tuple[str, ...], pointer: Pointer) -> Iterator[Written]:
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from _walk(item, keys, (*pointer, number))
    elif not keys or isinstance(data, Unknown):
        yield Written(pointer, data)
    elif isinstance(data, dict):
        chosen = data if keys[0] == "*" else (keys[0],)
        for key in chosen:
            if key in data:
                yield from _walk(data[key], keys[1:], (*pointer, key))
            elif isinstance(data, Open):
                yield Written((*pointer, key), data.rest)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value)
