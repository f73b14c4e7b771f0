"""The connectivity list: one row per pair of workloads, or of a workload and a range of addresses outside."""

from __future__ import annotations

from scanner.model.network import Connection, Doubt
from scanner.typed import Iterator
from scanner.views.flows import addresses, ports
from scanner.views.flows.doubts import cause_of
from scanner.views.flows.network import Bound, Network, flows
from scanner.views.flows.policy import Direction
from scanner.views.flows.ports import Ports
from scanner.views.flows.universe import bits


def connections(network: Network) -> Iterator[Connection]:
    """Yield what is allowed when everything that is not in the inventory is taken as absent, sorted by both ends."""
    outside = sorted(_outside(network, "ingress"))
    yield from (Connection(src, dst, allowed) for dst, src, allowed in sorted(outside, key=lambda row: (row[1], row[0])))
    sent: dict[str, list[tuple[str, str]]] = {}
    for src, dst, allowed in _outside(network, "egress"):
        sent.setdefault(src, []).append((dst, allowed))
    for src, within in _within(network):
        rows = [*sent.get(src, ()), *((dst, ports.show(allowed)) for dst, allowed in within.items())]
        yield from (Connection(src, dst, allowed) for dst, allowed in sorted(rows))


def _within(network: Network) -> Iterator[tuple[str, dict[str, Ports]]]:
    """Yield each workload with the others that it reaches. Pods of one workload may be of several classes."""
    universe = network.universe
    by_class = dict(flows(network))
    classes: dict[str, list[int]] = {}
    for index, one in enumerate(universe.classes):
        for name in one.workloads:
            classes.setdefault(name, []).append(index)
    for src in sorted(classes):
        reached: dict[str, Ports] = {}
        for index in classes[src]:
            for allowed, destinations in by_class[index].items():
                for dst in (name for other in bits(destinations) for name in universe.classes[other].workloads):
                    reached[dst] = ports.union(reached[dst], allowed) if dst in reached else allowed
        reached.pop(src, None)
        yield src, reached


def _outside(network: Network, direction: Direction, bound: Bound = "allowed") -> Iterator[tuple[str, str, str]]:
    """Yield workload, outside end and ports of what enters or leaves the cluster."""
    universe = network.universe
    by_workload: dict[str, dict[int, Ports]] = {}
    for index, one in enumerate(universe.classes):
        cells = {cell.peers & ~universe.pods: cell.ports for cell in network.side(direction, index, bound)}
        for name in one.workloads:
            _unite(by_workload.setdefault(name, {}), {mask: allowed for mask, allowed in cells.items() if mask})
    for name, found in by_workload.items():
        by_ports: dict[Ports, int] = {}
        for mask, allowed in found.items():
            by_ports[allowed] = by_ports.get(allowed, 0) | mask
        for allowed, mask in by_ports.items():
            if allowed != ports.NONE:
                yield from ((name, end, ports.show(allowed)) for end in ends(network, mask))


def _unite(total: dict[int, Ports], more: dict[int, Ports]) -> None:
    """Add disjoint masks with their ports to others, splitting where they overlap."""
    for mask, allowed in more.items():
        left = mask
        for known in list(total):
            both = known & left
            if not both:
                continue
            before = total.pop(known)
            if known & ~both:
                total[known & ~both] = before
            total[both] = ports.union(before, allowed)
            left &= ~both
        if left:
            total[left] = allowed


def ends(network: Network, mask: int) -> list[str]:
    """Write the outside peers of a bit set: address ranges as few as possible, names as they are."""
    universe = network.universe
    outside = mask >> len(universe.classes)
    ranges = [addresses.show(block) for block in universe.atoms.joined(outside)]
    return ranges + [universe.names[index] for index in bits(outside >> len(universe.atoms.blocks))]


def doubts(network: Network) -> Iterator[Doubt]:
    """Yield the pairs that something unknown could change, sorted, each with one cause."""
    found: dict[tuple[str, str], str] = {}
    for source, destinations in _doubtful(network):
        for destination in bits(destinations):
            cause = cause_of(network, source, destination)
            for src in network.universe.classes[source].workloads:
                for dst in network.universe.classes[destination].workloads:
                    if src != dst:
                        found.setdefault((src, dst), cause)
    yield from (Doubt(src, dst, cause) for (src, dst), cause in sorted(found.items()))


def _doubtful(network: Network) -> Iterator[tuple[int, int]]:
    if not any(side.most is not None for sides in network.sides.values() for side in sides.values()):
        return
    least = dict(flows(network, "least"))
    for source, most in flows(network, "most"):
        changed = 0
        for allowed, destinations in most.items():
            changed |= destinations & ~least[source].get(allowed, 0)
        yield source, changed
