"""Where the rules are written that let somebody through."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.views.flows.clauses import Via
from scanner.views.flows.network import Network
from scanner.views.flows.policy import Direction

Place = tuple[Resource, Pointer]


def places_of(network: Network, direction: Direction, via: Via, peer: int) -> list[Place]:
    """Return where the rules are written that let a peer through: the peer in the rule, or the rule where it means everybody."""
    found = []
    for number, place in via:
        policy = network.policies[direction][number]
        rule = policy.rules[place]
        pointers = (pointer for peers, pointer in rule.peers if network.universe.reach(peers).nominal >> peer & 1)
        found.append((policy.resource, next(pointers, rule.pointer)))
    return found
