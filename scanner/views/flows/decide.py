"""What one pod class may receive or send: policies in the order of their tiers, applied to all peers at once.

The same walk gives three answers: what holds when everything unknown is taken as absent, what may be allowed at most, and what is
allowed for certain.
"""

from __future__ import annotations

from itertools import groupby

from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Iterator, Sequence
from scanner.views.flows import ports
from scanner.views.flows.clauses import Clause, Selected, Via
from scanner.views.flows.policy import Policy, Tier
from scanner.views.flows.ports import Ports
from scanner.views.flows.universe import Reach, Universe


class Cell(NamedTuple):
    """What is so far decided for a set of peers: still open, passed on to the next tier, perhaps allowed, perhaps denied."""

    open: Ports
    passed: Ports
    allowed: Ports
    denied: Ports
    via: Via


START = Cell(ports.ALL, ports.NONE, ports.NONE, ports.NONE, ())


class Allowed(NamedTuple):
    """Peers (a bit set) to whom the same ports are allowed by the same rules."""

    peers: int
    ports: Ports
    via: Via


class Side(NamedTuple):
    """One direction of one pod class: what is allowed, and where something is unknown the bounds, else None.

    ``closed`` says whether nothing is allowed by default, that is without a rule that allows it; None where that is unknown.
    """

    allowed: tuple[Allowed, ...]
    most: tuple[Allowed, ...] | None
    least: tuple[Allowed, ...] | None
    closed: bool | None


def decide(universe: Universe, selected: Sequence[Selected], host: bool) -> Side:
    """Evaluate the policies that select a subject; ``host`` says that it, too, is on the node's network."""
    seen = _walk(universe, [_nominally(one) for one in selected if one.nominal])
    nominal = _finish(universe, seen, certain=False)
    doubtful = host or bool(universe.host) or any(not one.sure or any(clause.reach.maybe for clause in one.clauses) for one in selected)
    if not selected or not doubtful:
        return Side(nominal, None, None, _closed(seen))
    cells = _walk(universe, selected, around=universe.pods if host else universe.host)
    closed = True if _closed(cells) else None if _closed(seen) or any(one.isolates and not one.sure for one in selected) else False
    return Side(nominal, _finish(universe, cells, certain=False), _finish(universe, cells, certain=True), closed)


class Walked(NamedTuple):
    """A denying rule as the walk met it: whether anything was still open to it, and which rules had allowed what it speaks of."""

    source: tuple[int, int]
    decides: bool
    before: Via


def walk_rules(universe: Universe, selected: Sequence[Selected]) -> Iterator[Walked]:
    """Walk the tiers nominally and tell of each denying rule whether it decides anything."""
    cells = {START: universe.everyone}
    for tier, group in groupby([_nominally(one) for one in selected if one.nominal], key=lambda one: one.tier):
        members = list(group)
        for clause in (clause for one in members for clause in one.clauses):
            if clause.action == "deny":
                met = [cell for cell, mask in cells.items() if mask & clause.reach.sure]
                decides = any(ports.intersect(cell.open, clause.ports) != ports.NONE for cell in met)
                allowed = [cell.via for cell in met if ports.intersect(cell.allowed, clause.ports) != ports.NONE]
                yield Walked(clause.source, decides, tuple(dict.fromkeys(rule for via in allowed for rule in via)))
            cells = _apply(cells, clause, sure=True)
        cells = _end_tier(cells, tier, members)


def _closed(cells: dict[Cell, int]) -> bool:
    return all(cell.open == ports.NONE for cell in cells)


def _nominally(one: Selected) -> Selected:
    clauses = tuple(clause._replace(reach=Reach(clause.reach.nominal, 0, 0)) for clause in one.clauses if clause.reach.nominal)
    return one._replace(sure=True, clauses=clauses)


def _walk(universe: Universe, selected: Sequence[Selected], around: int = 0) -> dict[Cell, int]:
    """Apply the tiers in order. ``around`` are peers whose traffic may go around every policy, as a node's own does."""
    cells = {START: universe.everyone}
    if around:
        cells = _apply(cells, Clause("allow", Reach(0, around, 0), ports.ALL, (-1, -1)), sure=False)
    for tier, group in groupby(selected, key=lambda one: one.tier):
        members = list(group)
        for one in members:
            for clause in one.clauses:
                cells = _apply(cells, clause, one.sure)
        cells = _end_tier(cells, tier, members)
    return cells


def _apply(cells: dict[Cell, int], clause: Clause, sure: bool) -> dict[Cell, int]:
    after: dict[Cell, int] = {}
    certain, perhaps = (clause.reach.sure, clause.reach.maybe) if sure else (0, clause.reach.sure | clause.reach.maybe)
    for cell, mask in cells.items():
        hit = ports.intersect(cell.open, clause.ports)
        if hit == ports.NONE or not mask & (certain | perhaps):
            _add(after, cell, mask)
            continue
        _add(after, _decided(cell, clause, hit, certain=True), mask & certain)
        _add(after, _decided(cell, clause, hit, certain=False), mask & perhaps & ~certain)
        _add(after, cell, mask & ~certain & ~perhaps)
    return after


def _decided(cell: Cell, clause: Clause, hit: Ports, *, certain: bool) -> Cell:
    left = ports.subtract(cell.open, hit) if certain else cell.open
    if clause.action == "allow":
        return cell._replace(open=left, allowed=ports.union(cell.allowed, hit), via=(*cell.via, clause.source))
    if clause.action == "deny":
        return cell._replace(open=left, denied=ports.union(cell.denied, hit))
    return cell._replace(open=left, passed=ports.union(cell.passed, hit))


def _end_tier(cells: dict[Cell, int], tier: Tier, members: Sequence[Selected]) -> dict[Cell, int]:
    """Drop what is still open where a policy isolates; where it only perhaps does, drop it perhaps."""
    isolating = [one for one in members if one.isolates] if tier.denies else []
    certain = any(one.sure for one in isolating)
    after: dict[Cell, int] = {}
    for cell, mask in cells.items():
        if certain:
            done = cell._replace(open=cell.passed, passed=ports.NONE, denied=ports.union(cell.denied, cell.open))
            _add(after, done, mask)
            continue
        still = ports.union(cell.open, cell.passed)
        for dropped, part in _perhaps_dropped(cell.open, mask, isolating):
            _add(after, cell._replace(open=still, passed=ports.NONE, denied=ports.union(cell.denied, dropped)), part)
    return after


def _perhaps_dropped(left: Ports, mask: int, isolating: Sequence[Selected]) -> Iterator[tuple[Ports, int]]:
    """Yield what may be dropped by policies that perhaps select: each drops at most what its own rules do not allow for certain."""
    parts = {(ports.NONE): mask}
    for one in isolating:
        own = _kept(left, mask, one)
        merged: dict[Ports, int] = {}
        for before, peers in parts.items():
            for kept, more in own.items():
                if peers & more:
                    total = ports.union(before, ports.subtract(left, kept))
                    merged[total] = merged.get(total, 0) | (peers & more)
        parts = merged
    yield from parts.items()


def _kept(left: Ports, mask: int, one: Selected) -> dict[Ports, int]:
    kept = {ports.NONE: mask}
    for clause in one.clauses:
        after: dict[Ports, int] = {}
        for known, peers in kept.items():
            inside = peers & clause.reach.sure if clause.action == "allow" else 0
            total = ports.union(known, ports.intersect(left, clause.ports))
            for key, part in ((total, inside), (known, peers & ~inside)):
                if part:
                    after[key] = after.get(key, 0) | part
        kept = after
    return kept


def _finish(universe: Universe, cells: dict[Cell, int], *, certain: bool) -> tuple[Allowed, ...]:
    """Close the walk: what no policy decided is allowed, but names outside are only spoken of where a rule names them."""
    found: dict[tuple[Ports, Via], int] = {}
    for cell, mask in cells.items():
        for peers, left in ((mask & ~universe.outside_names, cell.open), (mask & universe.outside_names, ports.NONE)):
            most = ports.union(cell.allowed, left)
            least = ports.subtract(ports.ALL if peers & ~universe.outside_names else most, cell.denied)
            _join(found, (ports.intersect(most, least) if certain else most, cell.via), peers)
    return tuple(Allowed(peers, allowed, via) for (allowed, via), peers in found.items())


def _join(found: dict[tuple[Ports, Via], int], key: tuple[Ports, Via], peers: int) -> None:
    if peers:
        found[key] = found.get(key, 0) | peers


def _add(cells: dict[Cell, int], cell: Cell, mask: int) -> None:
    if mask:
        cells[cell] = cells.get(cell, 0) | mask


def in_order(policies: Iterable[Policy]) -> list[Policy]:
    """Sort policies of one direction as they are evaluated: by tier, then by order inside it."""
    return sorted(policies, key=lambda policy: (policy.tier.order, policy.tier.name, policy.order, policy.resource.key.address))
