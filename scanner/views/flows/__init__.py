"""Who may talk to whom: network policies of every family, entry points from outside, tenants and the stores that they share.

``scene_of`` computes everything; the facts are for rules, ``rows``, ``map`` and ``why`` for the command ``network``.
"""

from __future__ import annotations

from importlib import import_module

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.tables import table
from scanner.typed import Callable, Iterator, Sequence
from scanner.views.flows import entries
from scanner.views.flows.pods import templates
from scanner.views.flows.policies import families
from scanner.views.flows.scene import Scene, scene_of
from scanner.views.flows.worlds import worlds
from scanner.views.pods import OPERATION


def _always(_scene: Scene) -> bool:
    return True


def _where(*kinds: str) -> Callable[[Scene], bool]:
    return lambda scene: bool(scene.inventory.of(*kinds))


def _tenants(scene: Scene) -> bool:
    return scene.tenancy.declared or any(one.traits.party.tenant is not None for one in scene.network.universe.classes)


GATEWAYS = ("Ingress", "Gateway.gateway.networking.k8s.io", "HTTPRoute.gateway.networking.k8s.io")
PERMISSION, VHOST = "Permission.rabbitmq.com", "Vhost.rabbitmq.com"
SHARED = ("Secret", "ConfigMap", "PersistentVolume", "PersistentVolumeClaim", "ExternalSecret.external-secrets.io")

GROUPS: tuple[tuple[str, str, Callable[[Scene], bool]], ...] = (
    ("isolation", "isolation", _always),
    ("defaults", "namespaces", _always),
    ("selections", "selections", _where(*families.READS)),
    ("crossings", "crossings", _always),
    ("ways", "ways", lambda scene: bool(scene.entries)),
    ("routes", "openings", _where("Service")),
    ("routes", "routes", _where(*GATEWAYS)),
    ("blocks", "blocks", _where("NetworkPolicy")),
    ("names", "named_ports", _where("NetworkPolicy")),
    ("shadows", "shadows", _where(*families.FAMILIES["admin"], *families.FAMILIES["cilium"], *families.FAMILIES["calico"])),
    ("sharing", "tenancies", _tenants),
    ("credentials", "credentials", _tenants),
    ("sharing", "volumes", _tenants),
    ("stores", "shared_stores", _tenants),
    ("brokers", "permissions", _where(PERMISSION)),
)
"""Module and function of each group of facts, and whether a scene has what it is about: else it is not imported."""

FACTS = (
    "isolation", "namespace-isolation", "selection", "flow", "entry", "opening", "route", "address-block", "named-port", "shadow",
    "tenancy", "credential", "shared-volume", "shared-store", "vhost-permission",
)  # fmt: skip
READS = (
    "Namespace", "ServiceAccount", *templates(), *table("operators")["operators"],
    *families.READS, *entries.READS, *SHARED, PERMISSION, VHOST,
)  # fmt: skip
UNSEEN = OPERATION
UNSEEN_WITHOUT = {
    "shared-store": ("ConfigMap.data", "ConfigMap.binaryData", "container.command", "container.args"),
    "entry opening": ("service.targetPort", "service.nodePort", "service.name", "service.appProtocol"),
}
UNSEEN_IDLE = ("plain variable",)


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return all facts about the network, in a stable order; what is the same in several worlds once."""
    found: dict[tuple[object, ...], Fact] = {}
    for world in worlds(inventory):
        for fact in _facts(scene_of(world.inventory, config)):
            found.setdefault((fact.kind, fact.identity, *(id(resource) for resource, _, _ in fact.steps)), fact)
    return list(found.values())


def _facts(scene: Scene) -> Iterator[Fact]:
    for module, function, applies in GROUPS:
        if applies(scene):
            yield from getattr(import_module(f"{__name__}.derived.{module}"), function)(scene)
