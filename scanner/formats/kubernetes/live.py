"""Objects of a running cluster as resources. They have no text: a place is known only where a source is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.formats.kubernetes.objects import Found, key_of, objects, value_at
from scanner.model.place import NOWHERE, Place, Pointer, Span, Step, dotted
from scanner.model.resource import Part, Resource


class Unsourced:
    """The locator of an object whose source nobody knows: a place is never made up."""

    def __init__(self, address: str, data: Mapping[str, Any]) -> None:
        self._address = address
        self._data = data

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:  # noqa: ARG002 - the locator's signature
        """Return None."""
        return None

    def place(self, pointer: Pointer) -> Place:  # noqa: ARG002 - the locator's signature
        """Return no place."""
        return NOWHERE

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the value as the server gave it."""
        return (Step(self._address, dotted(pointer), value_at(self._data, pointer), None),)


class Sourced:
    """The locator of a live object whose source is in the scan: places are the source's."""

    def __init__(self, source: Resource) -> None:
        self._source = source

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place in the source."""
        return self._source.span(pointer, part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line of the source to edit."""
        return self._source.place(pointer)

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way the value took in the source."""
        return self._source.explain(pointer)


def live(found: Iterable[dict[str, Any]], scope: str, sources: Mapping[tuple[str, str | None, str], Resource]) -> list[Resource]:
    """Make resources of a cluster's objects. ``sources`` are resources of files by type, namespace and name."""
    return [_resource(one, scope, sources) for data in found for one in objects(data)]


def _resource(found: Found, scope: str, sources: Mapping[tuple[str, str | None, str], Resource]) -> Resource:
    key = key_of(found)._replace(scope=scope)
    source = sources.get((key.type, key.namespace, key.name))
    locator = Sourced(source) if source is not None else Unsourced(key.address, found.data)
    return Resource(key, found.data, "live", source.path if source is not None else "", locator)
