"""Ways that data takes: the attributes passed on the way, and the place where it ends."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any
from scanner.views.placements.carriers import Carrier, Option
from scanner.views.placements.places import Destination
from scanner.views.placements.walk import Written

DEEPEST = 8
"""Resources that a way may lead through before it counts as lost."""


class Hop(NamedTuple):
    """An attribute that a way passes; ``by_default`` where nobody wrote it, ``note`` says what it does.

    ``setting`` is the key of the configuration that says the value in its place.
    """

    resource: Resource
    pointer: Pointer
    value: Any
    by_default: bool = False
    note: str = ""
    setting: str = ""


class Way(NamedTuple):
    """Where data ends, and how it gets there. ``source`` is whose data it is, where that is not the resource that says so."""

    destination: Destination
    hops: tuple[Hop, ...] = ()
    source: Resource | None = None


class Fork(NamedTuple):
    """What a finder of destinations is asked: the attribute of a resource that says where an edge leads."""

    resource: Resource
    carrier: Carrier
    option: Option
    found: Written

    @property
    def hop(self) -> Hop:
        """The attribute as a step of the way."""
        found = self.found
        return Hop(self.resource, found.pointer, found.value, found.by_default, self.option.note)


def after(fork: Fork, *ways: Way) -> list[Way]:
    """Put the attribute itself before the hops of what was found behind it."""
    return [way._replace(hops=(fork.hop, *way.hops)) for way in ways]
