"""Why one workload may or may not reach another: every policy and rule that has a say, in the order in which they are asked."""

from __future__ import annotations

from itertools import groupby

from scanner.model.network import Reason, Verdict
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Iterator, Sequence
from scanner.views.flows import addresses, ports
from scanner.views.flows.clauses import Clause, Selected
from scanner.views.flows.doubts import cause_of
from scanner.views.flows.network import Bound, Network, at
from scanner.views.flows.places import places_of
from scanner.views.flows.policy import Direction
from scanner.views.flows.ports import Ports
from scanner.views.flows.universe import bits

SIDES: dict[Direction, str] = {"egress": "leaving", "ingress": "entering"}
INTERNET = "internet"


class NobodyError(LookupError):
    """A name that is neither a workload nor an address; ``known`` are the workloads there are."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class End(NamedTuple):
    """One end of the question: its name, and the bits of the universe that it is (any of them answers)."""

    name: str
    bits: tuple[int, ...]
    inside: bool


def why(network: Network, source: str, destination: str, wanted: Ports = ports.ALL) -> Verdict:
    """Answer for two ends: workloads (``ns/name`` or ``ns/name[Kind]``), addresses, names outside, or ``internet``. Raises NobodyError."""
    src, dst = end_of(network, source), end_of(network, destination)
    pairs = [(one, other) for one in src.bits for other in dst.bits]
    found = [(pair, _between(network, src, dst, pair, wanted)) for pair in pairs]
    best, allowed = max(found, key=lambda row: (row[1] != ports.NONE, row[1]))
    reasons = [reason for direction in SIDES for reason in _side(network, direction, src, dst, best, wanted)]
    cause = _doubt(network, src, dst, best, wanted)
    doubt = [Reason(f"not certain: {cause}", None)] if cause else []
    return Verdict(src.name, dst.name, ports.show(allowed) or "none", None if cause else allowed != ports.NONE, (*reasons, *doubt))


def end_of(network: Network, name: str) -> End:
    """Find who is meant by a name. Raises NobodyError."""
    universe = network.universe
    named = {workload for one in universe.classes for workload in one.workloads}
    exact = name if name in named else next((one for one in sorted(named) if one.partition("[")[0] == name), None)
    if exact is not None:
        return End(exact, tuple(index for index, one in enumerate(universe.classes) if exact in one.workloads), inside=True)
    first = len(universe.classes)
    if name in universe.names:
        return End(name, (first + len(universe.atoms.blocks) + universe.names.index(name),), inside=False)
    if name == INTERNET:
        return End(name, tuple(bits(universe.public)), inside=False)
    block = addresses.block(name)
    if block is None:
        raise NobodyError(name, sorted(named))
    # A block that policies cut is asked for at its parts.
    found = tuple(first + index for index, (low, high) in enumerate(universe.atoms.blocks) if low <= block[1] and block[0] <= high)
    return End(name, found, inside=False)


def _between(network: Network, src: End, dst: End, pair: tuple[int, int], wanted: Ports, bound: Bound = "allowed") -> Ports:
    found = wanted
    if src.inside:
        found = ports.intersect(found, at(network.side("egress", pair[0], bound), pair[1]))
    if dst.inside:
        found = ports.intersect(found, at(network.side("ingress", pair[1], bound), pair[0]))
    return found


def _doubt(network: Network, src: End, dst: End, pair: tuple[int, int], wanted: Ports) -> str | None:
    if _between(network, src, dst, pair, wanted, "least") == _between(network, src, dst, pair, wanted, "most"):
        return None
    return cause_of(network, *pair) if src.inside and dst.inside else "something that policies ask about is not in the scan"


def _side(network: Network, direction: Direction, src: End, dst: End, pair: tuple[int, int], wanted: Ports) -> Iterator[Reason]:
    subject, peer = (pair[0], pair[1]) if direction == "egress" else (pair[1], pair[0])
    end = src if direction == "egress" else dst
    if not end.inside:
        return
    selected = [one for one in network.selected(direction, subject) if one.nominal]
    if not selected:
        yield Reason(f"{SIDES[direction]} {end.name}: no policy selects it, so everything may", None)
        return
    yield from _walk(network, direction, selected, peer, wanted, f"{SIDES[direction]} {end.name}")


def _walk(network: Network, direction: Direction, selected: Sequence[Selected], peer: int, wanted: Ports, where: str) -> Iterator[Reason]:
    """Follow the tiers as the evaluation does, for one peer."""
    left = wanted
    for _, group in groupby(selected, key=lambda one: one.tier):
        members, passed = list(group), ports.NONE
        for clause in (clause for one in members for clause in one.clauses):
            hit = ports.intersect(left, clause.ports) if clause.reach.nominal >> peer & 1 else ports.NONE
            if hit != ports.NONE:
                yield _says(network, direction, clause, peer, f"{where}: {ports.show(hit)}")
                left = ports.subtract(left, hit)
                passed = ports.union(passed, hit) if clause.action == "pass" else passed
        isolating = [one for one in members if one.isolates and one.tier.denies]
        if isolating and left != ports.NONE:
            yield from _dropped(network, direction, members, f"{where}: {_rest(left, wanted)}")
            left = ports.NONE
        left = ports.union(left, passed)
    if left != ports.NONE:
        yield Reason(f"{where}: {_rest(left, wanted)} is decided by no policy, so it may", None)


def _rest(left: Ports, wanted: Ports) -> str:
    if wanted != ports.ALL:
        return ports.show(left)
    return "everything" if left == wanted else "everything else"


def _says(network: Network, direction: Direction, clause: Clause, peer: int, where: str) -> Reason:
    words = {"allow": "is allowed by", "deny": "is denied by", "pass": "is passed on by"}
    resource, pointer = places_of(network, direction, (clause.source,), peer)[0]
    return _reason(f"{where} {words[clause.action]}", resource, pointer)


def _dropped(network: Network, direction: Direction, members: Sequence[Selected], where: str) -> Iterator[Reason]:
    for one in members:
        if one.isolates:
            policy = network.policies[direction][one.number]
            yield _reason(f"{where} is not allowed by any rule, and is dropped because of", policy.resource, policy.pointer)


def _reason(text: str, resource: Resource, pointer: Pointer) -> Reason:
    return Reason(f"{text} {resource.key.address.removeprefix('kubernetes:')}", resource.place(pointer).primary)
