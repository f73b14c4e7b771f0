"""Objects of a running cluster as resources. They have no text: a place is known only where a source is."""

from __future__ import annotations

from scanner.formats.kubernetes.objects import Found, key_of, objects
from scanner.model.place import Place, Pointer, Span, Step
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Part, Resource
from scanner.model.unsourced import Unsourced
from scanner.typed import Any, Callable, Iterable, Mapping


class Brought(NamedTuple):
    """The locator of a live object that a release or application of the scan brings: its line is the one that is known."""

    source: Resource

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:  # noqa: ARG002 - the locator's signature
        """Return the place of what brings it."""
        return self.source.span(())

    def place(self, pointer: Pointer) -> Place:  # noqa: ARG002 - the locator's signature
        """Return the line of what brings it."""
        return self.source.place(())

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:  # noqa: ARG002 - the locator's signature
        """Return the way to what brings it."""
        return self.source.explain(())


Sources = Callable[[Key, Mapping[str, Any]], tuple[Resource, bool] | None]
"""Finds the source of an object: the resource, and whether it is the object itself or what brings it."""


def live(found: Iterable[dict[str, Any]], scope: str, sources: Sources) -> list[Resource]:
    """Make resources of a cluster's objects."""
    return [_resource(one, scope, sources) for data in found for one in objects(data)]


def _resource(found: Found, scope: str, sources: Sources) -> Resource:
    key = key_of(found, scope)
    source = sources(key, found.data)
    if source is None:
        return Resource(key, found.data, "live", "", Unsourced(key.address, found.data))
    resource, itself = source
    return Resource(key, found.data, "live", resource.path, resource.locator if itself else Brought(resource))
