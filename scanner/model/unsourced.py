"""The places of what runs and is written nowhere in the scan: none, for a place is never made up."""

from __future__ import annotations

from scanner.model.place import NOWHERE, Place, Pointer, Span, Step, dotted, value_at
from scanner.model.record import NamedTuple
from scanner.model.resource import Part
from scanner.typed import Any, Mapping


class Unsourced(NamedTuple):
    """The locator of an object whose source nobody knows (``model.resource.Locator``)."""

    address: str
    data: Mapping[str, Any]

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:  # noqa: ARG002 - the locator's signature
        """Return None."""
        return None

    def place(self, pointer: Pointer) -> Place:  # noqa: ARG002 - the locator's signature
        """Return no place."""
        return NOWHERE

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the value as the server or platform gave it."""
        return (Step(self.address, dotted(pointer), value_at(self.data, pointer), None),)
