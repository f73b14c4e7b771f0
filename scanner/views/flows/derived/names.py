"""Fact ``named-port``: a port that a NetworkPolicy calls by name, and whether the pods it is about have one of that name."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.resource import Fact
from scanner.typed import Iterator
from scanner.views.flows.network import Network
from scanner.views.flows.policy import DIRECTIONS, Policy, Rule
from scanner.views.flows.scene import Scene
from scanner.views.flows.universe import bits
from scanner.views.flows.written import items, mapping, number, text


def named_ports(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per port name in a rule; ``missing`` are the workloads of the scan that have no such port."""
    for direction in DIRECTIONS:
        for policy in scene.network.policies[direction]:
            for rule in policy.rules if policy.resource.type == "NetworkPolicy" else ():
                yield from _of_rule(scene.network, policy, rule)


def _of_rule(network: Network, policy: Policy, rule: Rule) -> Iterator[Fact]:
    for index, entry in items(lookup(policy.resource.data, (*rule.pointer, "ports"))):
        name = text(mapping(entry).get("port"))
        if name and number(name) is None:
            protocol = (text(mapping(entry).get("protocol")) or "TCP").upper()
            missing = sorted(_missing(network, policy, rule, (protocol, name)))
            place = (policy.resource, (*rule.pointer, "ports", index, "port"))
            data = {"policy": policy.resource.key.address, "name": name, "protocol": protocol, "missing": missing}
            identity = (policy.resource.key.address, *map(str, place[1]))
            yield Fact("named-port", data, identity, {"missing": place}, ((*place, "the port"),))


def _missing(network: Network, policy: Policy, rule: Rule, wanted: tuple[str, str]) -> Iterator[str]:
    """Yield the destinations without the port: the subjects of an ingress rule, the peers of an egress rule."""
    universe = network.universe
    meant = universe.match(policy.subject).yes
    if policy.direction == "egress":
        meant = 0
        for peers, _ in rule.peers:
            meant |= universe.match(peers.pods).yes if peers.unsure is None and not peers.world else 0
    having = sum(universe.named((wanted,)).values())
    for index in bits(meant & ~having & ~universe.ports_open):
        yield from universe.classes[index].workloads
