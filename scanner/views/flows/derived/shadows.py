"""Fact ``shadow``: a rule that denies something, and whether an earlier one has allowed it all before it is asked."""

from __future__ import annotations

from scanner.model.resource import Fact
from scanner.typed import Iterator
from scanner.views.flows.decide import Walked, walk_rules
from scanner.views.flows.network import Network
from scanner.views.flows.places import Place
from scanner.views.flows.policy import DIRECTIONS, Direction
from scanner.views.flows.scene import Scene


def shadows(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per denying rule that meets traffic at all."""
    for direction in DIRECTIONS:
        yield from _of(scene.network, direction)


def _of(network: Network, direction: Direction) -> Iterator[Fact]:
    met: dict[tuple[int, int], set[tuple[int, int]] | None] = {}
    for index in network.chosen[direction]:
        for walked in walk_rules(network.universe, network.selected(direction, index)):
            _note(met, walked)
    for (number, place), before in sorted(met.items()):
        yield _fact(network, direction, (number, place), sorted(before or ()))


def _note(met: dict[tuple[int, int], set[tuple[int, int]] | None], walked: Walked) -> None:
    """A rule is shadowed only if it is for every subject; None marks one that decides something."""
    known = met.get(walked.source, set())
    met[walked.source] = None if walked.decides or known is None else known | set(walked.before)


def _fact(network: Network, direction: Direction, source: tuple[int, int], before: list[tuple[int, int]]) -> Fact:
    places = [_place(network, direction, one) for one in (source, *before)]
    resource, pointer = places[0]
    by = sorted({earlier.key.address for earlier, _ in places[1:]})
    data = {"policy": resource.key.address, "direction": direction, "by": by, "shadowed": bool(before)}
    steps = tuple((*place, "allows it first" if number else "the rule") for number, place in enumerate(places))
    return Fact("shadow", data, (resource.key.address, *map(str, pointer)), {"shadowed": (resource, pointer)}, steps)


def _place(network: Network, direction: Direction, source: tuple[int, int]) -> Place:
    policy = network.policies[direction][source[0]]
    return policy.resource, policy.rules[source[1]].pointer
