"""Everything that can be an end of a connection, as the bits of an int: classes of equal pods, ranges of outside addresses, outside names.

Pods are equal when no selector of any policy can tell them apart; the cost of every answer follows the number of classes.
"""

from __future__ import annotations

from bisect import bisect_left

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterable, Iterator, Sequence
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.addresses import Atoms, Block
from scanner.views.flows.classes import PodClass
from scanner.views.flows.pods import RESOLVER
from scanner.views.flows.policy import Peers
from scanner.views.flows.ports import Ports
from scanner.views.flows.selectors import Domain, Expression, Label


class Match(NamedTuple):
    """Where an expression holds: certainly, certainly not, and with everything unknown taken as absent."""

    yes: int
    no: int
    nominal: int


class Reach(NamedTuple):
    """The peers that a rule speaks of: certainly, perhaps, and with everything unknown taken as absent."""

    sure: int = 0
    maybe: int = 0
    nominal: int = 0


class Universe:
    """The peers of one inventory. Bits are ordered: pod classes, then address ranges, then names."""

    def __init__(self, classes: Sequence[PodClass], atoms: Atoms, names: Sequence[str], pod_blocks: Sequence[Block]) -> None:
        self.classes = tuple(classes)
        self.atoms = atoms
        self.names = tuple(names)
        self.pod_blocks = pod_blocks
        self._ends = [last for _, last in pod_blocks]
        first_name = len(classes) + len(atoms.blocks)
        self.pods = (1 << len(classes)) - 1
        self.world = ((1 << first_name) - 1) & ~self.pods
        self.everyone = (1 << (first_name + len(names))) - 1
        self.public = self.world & ~self._private()
        self.outside_names = self.everyone & ~self.pods & ~self.world
        self.host = sum(1 << index for index, one in enumerate(classes) if one.first.host)
        self.resolvers = sum(1 << index for index, one in enumerate(classes) if one.first.labels.get(RESOLVER[0]) == RESOLVER[1])
        self.ports_open = sum(1 << index for index, one in enumerate(classes) if one.first.ports_open is not None)
        self._known: dict[Expression, Match] = {}
        self._values: dict[tuple[Label, Any], int] = {}
        self._there: dict[Label, int] = {}
        self._unknown: dict[Label, int] = {}
        self._open: dict[Domain, int] = {}
        self._addresses: dict[str, int] = {}
        for index, one in enumerate(classes):
            self._add(one, 1 << index)

    def _private(self) -> int:
        blocks = (addresses.block(text) for text in (*addresses.PRIVATE, *addresses.LOCAL))
        return self.atoms.mask(block for block in blocks if block) << len(self.classes)

    def _add(self, one: PodClass, bit: int) -> None:
        for label, value in one.labels.items():
            target = self._unknown if isinstance(value, Unknown) else self._there
            target[label] = target.get(label, 0) | bit
            if not isinstance(value, Unknown):
                self._values[label, value] = self._values.get((label, value), 0) | bit
        for domain in one.open:
            self._open[domain] = self._open.get(domain, 0) | bit

    def match(self, expression: Expression) -> Match:
        """Evaluate an expression on all pod classes at once, in Kleene's logic."""
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = self._match(expression)
        return known

    def _match(self, expression: Expression) -> Match:
        if expression.label is not None:
            return self._test(expression, expression.label)
        parts = [self.match(part) for part in expression.parts]
        if expression.op == "not":
            return Match(parts[0].no, parts[0].yes, self.pods & ~parts[0].nominal)
        if expression.op == "unsure":
            return Match(0, 0, self.pods if expression.values else 0)
        yes, no, nominal = ([part[index] for part in parts] for index in range(3))
        if expression.op == "all":
            return Match(self._in_all(yes), _in_any(no), self._in_all(nominal))
        return Match(_in_any(yes), self._in_all(no), _in_any(nominal))

    def _in_all(self, sets: Iterable[int]) -> int:
        common = self.pods
        for one in sets:
            common &= one
        return common

    def _test(self, expression: Expression, label: Label) -> Match:
        there, unknown = self._there.get(label, 0), self._unknown.get(label, 0)
        maybe_there = self._open.get(label.domain, 0) & ~there & ~unknown
        if expression.op == "has":
            return Match(there | unknown, self.pods & ~there & ~unknown & ~maybe_there, there | unknown)
        nominal = _in_any(self._values.get((label, value), 0) for value in self._matching(expression, label))
        return Match(nominal, self.pods & ~nominal & ~unknown & ~maybe_there, nominal)

    def _matching(self, expression: Expression, label: Label) -> Iterable[Any]:
        if expression.op == "in":
            return expression.values
        return [value for known, value in self._values if known == label and selectors.compare(expression, value)]

    def reach(self, peers: Peers) -> Reach:
        """Return who the peers of a rule are."""
        if peers.unsure is not None:
            return Reach(0, self.everyone & ~self.outside_names, 0)
        pods = self._pods_of(peers)
        world = self.world if peers.world else self.atoms.mask(peers.blocks) << len(self.classes)
        named = sum(1 << (self.pods | self.world).bit_length() + self.names.index(name) for name in peers.names)
        by_address = self._by_address(peers)
        outside = world | named
        return Reach(
            pods.sure | outside | by_address.sure,
            (pods.maybe | by_address.maybe) & ~pods.sure & ~by_address.sure,
            pods.nominal | outside | by_address.nominal,
        )

    def _pods_of(self, peers: Peers) -> Reach:
        match = self.match(peers.pods)
        possible = self.pods & ~match.no
        if peers.host == "never":
            seen = self.pods & ~self.host
            return Reach(match.yes & seen, possible & ~match.yes & seen, match.nominal & seen)
        sure = match.yes & ~self.host if peers.host == "maybe" else match.yes
        return Reach(sure, possible & ~sure, match.nominal)

    def _by_address(self, peers: Peers) -> Reach:
        """Whether blocks match pods by their address is the network plugin's business; so is what address a pod gets."""
        if peers.world or not peers.blocks or peers.by_address == "never":
            return Reach()
        whole = {addresses.V4_ALL, addresses.V6_ALL}.intersection(peers.blocks)
        if peers.by_address == "sure" and whole:
            return Reach(self.pods, 0, self.pods)
        return Reach(0, self.pods if self._touches(peers.blocks) else 0, 0)

    def _touches(self, blocks: Sequence[Block]) -> bool:
        """Tell whether a pod may have an address in one of the blocks; the pods' own are sorted and apart."""
        return any((at := bisect_left(self._ends, first)) < len(self._ends) and self.pod_blocks[at][0] <= last for first, last in blocks)

    def address(self, text: str) -> int:
        """Return the range outside that an address or network is, 0 for what is none."""
        if text not in self._addresses:
            block = addresses.block(text)
            self._addresses[text] = self.atoms.mask([block]) << len(self.classes) if block else 0
        return self._addresses[text]

    def named(self, names: tuple[tuple[str, str], ...]) -> dict[Ports, int]:
        """Return what the port names stand for, and for which pod classes; classes without such a port are left out."""
        found: dict[Ports, int] = {}
        for index, one in enumerate(self.classes):
            meant = ports.unite(one.first.named(protocol, name) for protocol, name in names)
            if meant != ports.NONE:
                found[meant] = found.get(meant, 0) | 1 << index
        return found

    def why_unsure(self, expression: Expression, index: int) -> str | None:
        """Return what is not known that keeps an expression undecided for one pod class, or None where it is decided."""
        match = self.match(expression)
        if (match.yes | match.no) >> index & 1:
            return None
        if expression.op == "unsure":
            return expression.cause
        if expression.label is None:
            return next((cause for part in expression.parts if (cause := self.why_unsure(part, index))), None)
        one = self.classes[index]
        value = one.labels.get(expression.label)
        return value.cause if isinstance(value, Unknown) else one.open.get(expression.label.domain)


def bits(mask: int) -> Iterator[int]:
    """Yield the indexes of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _in_any(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union
