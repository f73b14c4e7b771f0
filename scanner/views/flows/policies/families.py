"""All families of policies, by the kinds that each reads. A family that nobody uses is not imported."""

from __future__ import annotations

from importlib import import_module

from scanner.inventory import Inventory
from scanner.typed import Iterator
from scanner.views.flows.policy import Policy

POLICIES = "policy.networking.k8s.io"
CALICO = ("projectcalico.org", "crd.projectcalico.org")
CALICO_KINDS = ("NetworkPolicy", "GlobalNetworkPolicy", "Tier", "NetworkSet", "GlobalNetworkSet")

FAMILIES: dict[str, tuple[str, ...]] = {
    "networkpolicy": ("NetworkPolicy",),
    "admin": (f"AdminNetworkPolicy.{POLICIES}", f"BaselineAdminNetworkPolicy.{POLICIES}", f"ClusterNetworkPolicy.{POLICIES}"),
    "cilium": ("CiliumNetworkPolicy.cilium.io", "CiliumClusterwideNetworkPolicy.cilium.io", "CiliumCIDRGroup.cilium.io"),
    "calico": tuple(f"{kind}.{group}" for kind in CALICO_KINDS for group in CALICO),
    "istio": ("AuthorizationPolicy.security.istio.io", "Sidecar.networking.istio.io"),
    "unread": (
        "NetworkPolicy.crd.antrea.io", "ClusterNetworkPolicy.crd.antrea.io", "EgressFirewall.k8s.ovn.org",
        "EgressNetworkPolicy.network.openshift.io", "FQDNNetworkPolicy.networking.gke.io", "SecurityGroupPolicy.vpcresources.k8s.aws",
        "ApplicationNetworkPolicy.networking.k8s.aws", "ClusterNetworkPolicy.networking.k8s.aws",
        "AuthorizationPolicy.policy.linkerd.io", "ServerAuthorization.policy.linkerd.io", "ServiceIntentions.consul.hashicorp.com",
        "MeshTrafficPermission.kuma.io",
    ),
}  # fmt: skip
"""Module → the kinds that it reads, as its own ``READS`` says."""

READS = tuple(kind for kinds in FAMILIES.values() for kind in kinds)


def every_policy(inventory: Inventory) -> Iterator[Policy]:
    """Translate the policies of every family that occurs."""
    for name, kinds in FAMILIES.items():
        if inventory.of(*kinds):
            yield from import_module(f"scanner.views.flows.policies.{name}").policies(inventory)
