"""Who may talk to whom in one cluster: all policies of all families over all pods, as exact sets per class of equal pods."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Iterator, Literal, Sequence
from scanner.views.flows import addresses, ports
from scanner.views.flows.classes import Traits, classify, interest_of
from scanner.views.flows.clauses import Selected, clauses, select
from scanner.views.flows.decide import Allowed, Side, decide, in_order
from scanner.views.flows.namespaces import Namespaces, namespaces_of
from scanner.views.flows.pods import Pods, pods_of
from scanner.views.flows.policies.families import every_policy
from scanner.views.flows.policy import DIRECTIONS, Direction, Policy
from scanner.views.flows.ports import Ports, Ranges
from scanner.views.flows.selectors import Expression
from scanner.views.flows.universe import Universe, bits
from scanner.views.flows.written import items, text

Bound = Literal["allowed", "most", "least"]


class Network(NamedTuple):
    """The answer. ``sides`` hold, per direction and pod class, what policies allow; a class that none selects is not in it.

    ``policies`` are those of each direction in order of evaluation; ``via`` of a side points into them.
    """

    universe: Universe
    namespaces: Namespaces
    policies: dict[Direction, list[Policy]]
    sides: dict[Direction, dict[int, Side]]
    chosen: dict[Direction, dict[int, list[tuple[int, bool, bool]]]]

    def side(self, direction: Direction, index: int, bound: Bound = "allowed") -> Sequence[Allowed]:
        """Return what one pod class may receive or send: as far as known, at most, or for certain."""
        side = self.sides[direction].get(index)
        if side is None:
            return (Allowed(self.universe.everyone & ~self.universe.outside_names, ports.ALL, ()),)
        return getattr(side, bound) or side.allowed

    def between(self, source: int, destination: int, bound: Bound = "allowed") -> Ports:
        """Return the ports that one pod class may reach on another."""
        sent = at(self.side("egress", source, bound), destination)
        return ports.intersect(sent, at(self.side("ingress", destination, bound), source))

    def selected(self, direction: Direction, index: int) -> list[Selected]:
        """Return the policies that select a pod class, with their rules as they apply to it."""
        return _selected(self.universe, self.policies[direction], index, self.chosen[direction].get(index, ()))


def at(allowed: Sequence[Allowed], peer: int) -> Ports:
    """Return the ports allowed for one peer."""
    return next((cell.ports for cell in allowed if cell.peers >> peer & 1), ports.NONE)


def build(inventory: Inventory, traits: Traits, asked: Iterable[Expression] = ()) -> Network:
    """Evaluate everything in an inventory that speaks of who may talk to whom.

    ``asked`` are further expressions that the universe will be asked for, so that its classes can tell their pods apart.
    """
    found = list(every_policy(inventory))
    pods, namespaces = pods_of(inventory), namespaces_of(inventory)
    classes = classify(pods, namespaces, interest_of(found, asked), traits)
    blocks, spoken = _blocks(found), any(peers.blocks for policy in found for rule in policy.rules for peers, _ in rule.peers)
    universe = Universe(classes, addresses.cut(blocks), _names(found), _pod_blocks(inventory, pods) if spoken else ())
    by_direction = {direction: in_order(policy for policy in found if policy.direction == direction) for direction in DIRECTIONS}
    chosen = {direction: select(universe, by_direction[direction]) for direction in DIRECTIONS}
    sides = {direction: _sides(universe, by_direction[direction], chosen[direction]) for direction in DIRECTIONS}
    return Network(universe, namespaces, by_direction, sides, chosen)


def _sides(universe: Universe, policies: Sequence[Policy], chosen: dict[int, list[tuple[int, bool, bool]]]) -> dict[int, Side]:
    return {index: _side(universe, policies, index, rows) for index, rows in chosen.items()}


def _side(universe: Universe, policies: Sequence[Policy], index: int, rows: Sequence[tuple[int, bool, bool]]) -> Side:
    return decide(universe, _selected(universe, policies, index, rows), bool(universe.host >> index & 1))


def _selected(
    universe: Universe, policies: Sequence[Policy], index: int, rows: Sequence[tuple[int, bool, bool]]
) -> list[Selected]:  # fmt: skip
    return [
        Selected(
            number, policies[number].tier, policies[number].isolates, sure, nominal, clauses(universe, index, number, policies[number])
        )
        for number, sure, nominal in rows
    ]


def _blocks(policies: Sequence[Policy]) -> list[addresses.Block]:
    written = [block for policy in policies for rule in policy.rules for peers, _ in rule.peers for block in peers.blocks]
    six = any(first >= addresses.V6 for first, _ in written)
    texts = (*addresses.PRIVATE, *addresses.LOCAL, *addresses.METADATA, addresses.NODE_DNS)
    return written + [block for text in texts if (six or ":" not in text) and (block := addresses.block(text))]


def _names(policies: Sequence[Policy]) -> list[str]:
    return sorted({name for policy in policies for rule in policy.rules for peers, _ in rule.peers for name in peers.names})


def _pod_blocks(inventory: Inventory, pods: Sequence[Pods]) -> Ranges:
    """Return where pods may have their addresses: as live pods say, and in the private ranges where some do not say."""
    texts = [text(lookup(row, ("ip",))) for pod in inventory.of("Pod") for _, row in items(lookup(pod.data, ("status", "podIPs")))]
    silent = any(one.resource.type != "Pod" or lookup(one.resource.data, ("status", "podIPs")) is None for one in pods if not one.assumed)
    blocks = map(addresses.block, (*texts, *(addresses.PRIVATE if silent else ())))
    return ports.merge(block for block in blocks if block)


def flows(network: Network, bound: Bound = "allowed") -> Iterator[tuple[int, dict[Ports, int]]]:
    """Yield each pod class with the pod classes that it may reach, by ports."""
    into = _into(network, bound)
    for source in range(len(network.universe.classes)):
        found: dict[Ports, int] = {}
        for cell in network.side("egress", source, bound):
            for received, destinations in into.get(source, {}).items():
                both = ports.intersect(cell.ports, received)
                if cell.peers & destinations and both != ports.NONE:
                    found[both] = found.get(both, 0) | (cell.peers & destinations)
        yield source, found


def _into(network: Network, bound: Bound) -> dict[int, dict[Ports, int]]:
    """Turn the receiving sides around: for each source, which classes take what from it. Equal sides are turned once."""
    receivers: dict[tuple[Allowed, ...], int] = {}
    for index in range(len(network.universe.classes)):
        side = tuple(network.side("ingress", index, bound))
        receivers[side] = receivers.get(side, 0) | 1 << index
    into: dict[int, dict[Ports, int]] = {}
    for side, destinations in receivers.items():
        for cell in side:
            if cell.ports == ports.NONE:
                continue
            for source in bits(cell.peers & network.universe.pods):
                taken = into.setdefault(source, {})
                taken[cell.ports] = taken.get(cell.ports, 0) | destinations
    return into
