"""Kinds that restrict traffic and that are not evaluated: they make what they are about uncertain, in the words of their name."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.resource import Resource
from scanner.typed import Iterator
from scanner.views.flows import selectors
from scanner.views.flows.policy import DIRECTIONS, Direction, Policy, unread

BOTH: tuple[Direction, ...] = DIRECTIONS
KINDS: dict[str, tuple[Direction, ...]] = {
    "NetworkPolicy.crd.antrea.io": BOTH,
    "ClusterNetworkPolicy.crd.antrea.io": BOTH,
    "EgressFirewall.k8s.ovn.org": ("egress",),
    "EgressNetworkPolicy.network.openshift.io": ("egress",),
    "FQDNNetworkPolicy.networking.gke.io": ("egress",),
    "SecurityGroupPolicy.vpcresources.k8s.aws": BOTH,
    "ApplicationNetworkPolicy.networking.k8s.aws": BOTH,
    "ClusterNetworkPolicy.networking.k8s.aws": BOTH,
    "AuthorizationPolicy.policy.linkerd.io": ("ingress",),
    "ServerAuthorization.policy.linkerd.io": ("ingress",),
    "ServiceIntentions.consul.hashicorp.com": ("ingress",),
    "MeshTrafficPermission.kuma.io": ("ingress",),
}
"""Kind → the directions that it can restrict."""

READS = tuple(KINDS)


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Give each of them rules that perhaps allow and perhaps deny everything in its namespace (or everywhere)."""
    for kind, directions in KINDS.items():
        for resource in inventory.of(kind):
            yield from (_policy(resource, direction) for direction in directions)


def _policy(resource: Resource, direction: Direction) -> Policy:
    space = resource.key.namespace
    subject = selectors.EVERYTHING if space is None else selectors.in_namespace(space)
    return unread(resource, direction, subject, f"{resource.key.address} restricts traffic in a way that is not evaluated")
