"""Objects of a running cluster as resources. They have no text: a place is known only where a source is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.formats.kubernetes.objects import Found, key_of, objects
from scanner.model.place import NOWHERE, Place, Pointer, Span, Step, dotted, value_at
from scanner.model.resource import Key, Part, Resource


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


class Brought:
    """The locator of a live object that a release or application of the scan brings: its line is the one that is known."""

    def __init__(self, source: Resource) -> None:
        self._source = source

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:  # noqa: ARG002 - the locator's signature
        """Return the place of what brings it."""
        return self._source.span(())

    def place(self, pointer: Pointer) -> Place:  # noqa: ARG002 - the locator's signature
        """Return the line of what brings it."""
        return self._source.place(())

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:  # noqa: ARG002 - the locator's signature
        """Return the way to what brings it."""
        return self._source.explain(())


Sources = Callable[[Key, Mapping[str, Any]], tuple[Resource, bool] | None]
"""Finds the source of an object: the resource, and whether it is the object itself or what brings it."""


def live(found: Iterable[dict[str, Any]], scope: str, sources: Sources) -> list[Resource]:
    """Make resources of a cluster's objects."""
    return [_resource(one, scope, sources) for data in found for one in objects(data)]


def _resource(found: Found, scope: str, sources: Sources) -> Resource:
    key = key_of(found)._replace(scope=scope)
    source = sources(key, found.data)
    if source is None:
        return Resource(key, found.data, "live", "", Unsourced(key.address, found.data))
    resource, itself = source
    return Resource(key, found.data, "live", resource.path, Sourced(resource) if itself else Brought(resource))
