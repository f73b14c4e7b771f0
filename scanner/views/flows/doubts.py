"""Why an answer is not certain: the one thing that is not known, in words that say what to add."""

from __future__ import annotations

from scanner.views.flows.network import Network
from scanner.views.flows.policy import Direction, Policy
from scanner.views.flows.universe import Universe

UNEXPLAINED = "something that policies ask about is not in the scan"


def cause_of(network: Network, source: int, destination: int) -> str:
    """Return what is not known about a pair of pod classes whose bounds differ."""
    received = _of_side(network, "ingress", destination, source)
    return received or _of_side(network, "egress", source, destination) or UNEXPLAINED


def cause_of_side(network: Network, direction: Direction, subject: int) -> str:
    """Return what is not known about one direction of a pod class, whoever the peer is."""
    peers = (index for index in range(len(network.universe.classes)) if index != subject)
    causes = (_of_side(network, direction, subject, peer) for peer in (subject, *peers))
    return next((cause for cause in causes if cause), UNEXPLAINED)


def _of_side(network: Network, direction: Direction, subject: int, peer: int) -> str | None:
    universe = network.universe
    side = network.sides[direction].get(subject)
    if side is None or side.most is None:
        return None
    for index in (subject, peer):
        if universe.host >> index & 1:
            return (
                f"{universe.classes[index].workloads[0]} uses the node's network: whether policies hold there depends on the network plugin"
            )
    for number, sure, _ in network.chosen[direction][subject]:
        policy = network.policies[direction][number]
        cause = (None if sure else universe.why_unsure(policy.subject, subject)) or _of_rules(universe, policy, peer)
        if cause is not None:
            return cause
    return None


def _of_rules(universe: Universe, policy: Policy, peer: int) -> str | None:
    for rule in policy.rules:
        if rule.cause is not None:
            return rule.cause
        for peers, _ in rule.peers:
            if peers.unsure is not None:
                return peers.unsure
            if not universe.reach(peers).maybe >> peer & 1:
                continue
            return universe.why_unsure(peers.pods, peer) or (
                f"{policy.resource.key.address} names addresses: whether these match pods depends on the network plugin"
            )
    return None
