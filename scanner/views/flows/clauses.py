"""Which policies select a pod class, and what their rules say to it: peers as bit sets, port names resolved on the destination."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Iterator, Sequence
from scanner.views.flows import ports
from scanner.views.flows.policy import Action, Policy, Rule, Tier
from scanner.views.flows.ports import Ports
from scanner.views.flows.universe import Reach, Universe, bits

Via = tuple[tuple[int, int], ...]
"""Which rules allowed something: pairs of policy index and rule index, in order."""


class Clause(NamedTuple):
    """One rule as it applies to one subject."""

    action: Action
    reach: Reach
    ports: Ports
    source: tuple[int, int]


class Selected(NamedTuple):
    """A policy that selects the subject, perhaps (``sure`` false) or only nominally not (``nominal`` false)."""

    number: int
    tier: Tier
    isolates: bool
    sure: bool
    nominal: bool
    clauses: tuple[Clause, ...]


def select(universe: Universe, policies: Sequence[Policy]) -> dict[int, list[tuple[int, bool, bool]]]:
    """Return for each pod class which policies select it: index, whether certainly, whether nominally; in order of evaluation."""
    chosen: dict[int, list[tuple[int, bool, bool]]] = {}
    for number, policy in enumerate(policies):
        match = universe.match(policy.subject)
        possible = universe.pods & ~match.no | match.nominal
        if policy.host == "never":
            possible &= ~universe.host
        for index in bits(possible):
            doubt = policy.host == "maybe" and universe.host >> index & 1
            sure = bool(match.yes >> index & 1) and not doubt
            chosen.setdefault(index, []).append((number, sure, bool(match.nominal >> index & 1)))
    return chosen


def clauses(universe: Universe, subject: int, number: int, policy: Policy) -> tuple[Clause, ...]:
    """Translate the rules of a policy for one subject: named ports are the destination's, whichever end that is."""
    return tuple(clause for place, rule in enumerate(policy.rules) for clause in _clauses(universe, subject, policy, rule, (number, place)))


def _clauses(universe: Universe, subject: int, policy: Policy, rule: Rule, source: tuple[int, int]) -> Iterator[Clause]:
    reach = _about(universe, subject, rule, _reach(universe, rule))
    if rule.cause is not None:
        yield Clause(rule.action, Reach(0, reach.sure | reach.maybe, 0), ports.ALL, source)
    if rule.ports != ports.NONE:
        yield Clause(rule.action, reach, rule.ports, source)
    if rule.named:
        yield from _by_name(universe, subject if policy.direction == "ingress" else None, rule, reach, source)


def _by_name(universe: Universe, destination: int | None, rule: Rule, reach: Reach, source: tuple[int, int]) -> Iterator[Clause]:
    """Resolve port names on the destination: the given class, or each of the peers."""
    for found, classes in universe.named(rule.named).items():
        if destination is None:
            yield Clause(rule.action, Reach(*(mask & classes for mask in reach)), found, source)
        elif classes >> destination & 1:
            yield Clause(rule.action, reach, found, source)
    guess = universe.ports_open if destination is None else universe.everyone if universe.ports_open >> destination & 1 else 0
    if guess:
        yield Clause(rule.action, Reach(0, guess & (reach.sure | reach.maybe), 0), ports.ALL, source)


def _about(universe: Universe, subject: int, rule: Rule, reach: Reach) -> Reach:
    """Leave out the rule where it is not about this subject, and doubt it where it perhaps is not."""
    match = universe.match(rule.subject)
    if match.yes >> subject & 1:
        return reach
    if match.no >> subject & 1:
        return Reach()
    return Reach(0, reach.sure | reach.maybe, reach.nominal if match.nominal >> subject & 1 else 0)


def _reach(universe: Universe, rule: Rule) -> Reach:
    if not rule.peers:
        return Reach(0, universe.everyone & ~universe.outside_names, 0) if rule.cause else Reach()
    sure = maybe = nominal = 0
    for peers, _ in rule.peers:
        one = universe.reach(peers)
        sure, maybe, nominal = sure | one.sure, maybe | one.maybe, nominal | one.nominal
    return Reach(sure, maybe & ~sure, nominal)
