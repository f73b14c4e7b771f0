"""The reason of a placement: each step from the source to the place, where it is written."""

from __future__ import annotations

from scanner.model.place import Step, dotted
from scanner.model.resource import Resource
from scanner.typed import TYPE_CHECKING, Iterable
from scanner.views.placements.ways import Hop

if TYPE_CHECKING:
    from scanner.views.placements.placements import Placement


def reason(placement: Placement) -> tuple[Step, ...]:
    """Return the steps of a placement, the exception that allows it last."""
    steps = steps_of(placement.hops)
    if placement.exemption is None:
        return steps
    one = placement.exemption
    words = f"{one.reason} (until {one.until}{f', approved by {one.approver}' if one.approver else ''})"
    return (*steps, Step(f"residency.exceptions[{one.number}]", "reason", words, None))


def steps_of(hops: Iterable[Hop]) -> tuple[Step, ...]:
    """Return the steps behind each attribute of a way, through variables, locals and modules; each step once."""
    found = [step for hop in hops for step in _explained(hop)]
    return tuple(step for number, step in enumerate(found) if not any(_same(step, before) for before in found[:number]))


def addresses(source: Resource, hops: Iterable[Hop]) -> list[str]:
    """Return the address of the source and of every step."""
    return list(dict.fromkeys((source.key.address, *(step.address for step in steps_of(hops)))))


def _same(one: Step, other: Step) -> bool:
    return one.address == other.address and one.attribute == other.attribute and one.span == other.span


def _explained(hop: Hop) -> tuple[Step, ...]:
    address = hop.resource.key.address
    if hop.setting:
        section, _, key = hop.setting.rpartition(".")
        return (Step(address, "", None, hop.resource.span(())), Step(section, key, hop.value, None))
    if hop.by_default or not hop.pointer:
        return (Step(address, dotted(hop.pointer), None, hop.resource.span(())),)
    own = Step(address, dotted(hop.pointer), hop.value, hop.resource.span(hop.pointer))
    chain = hop.resource.explain(hop.pointer)
    return chain if chain and chain[0].address == address else (own, *chain)
