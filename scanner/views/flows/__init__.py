"""Who may talk to whom: network policies of every family, entry points from outside, tenants and the stores that they share.

``scene_of`` computes everything; the facts are for rules, ``rows`` and ``map`` for the command ``network``.
"""

from __future__ import annotations

from collections.abc import Sequence

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.tables import table
from scanner.views.flows import entries
from scanner.views.flows.facts import brokers, sharing
from scanner.views.flows.facts.blocks import blocks
from scanner.views.flows.facts.crossings import crossings
from scanner.views.flows.facts.isolation import isolation, namespaces
from scanner.views.flows.facts.routes import openings, routes
from scanner.views.flows.facts.selections import selections
from scanner.views.flows.facts.shadows import shadows
from scanner.views.flows.facts.ways import ways
from scanner.views.flows.pods import templates
from scanner.views.flows.policies import families
from scanner.views.flows.scene import scene_of
from scanner.views.flows.worlds import worlds

GROUPS = (
    isolation, namespaces, selections, crossings, ways, openings, routes, blocks, shadows,
    sharing.tenancies, sharing.credentials, sharing.volumes, sharing.shared_stores, brokers.permissions,
)  # fmt: skip
FACTS = (
    "isolation", "namespace-isolation", "selection", "flow", "entry", "opening", "route", "address-block", "shadow",
    "tenancy", "credential", "shared-volume", "shared-store", "vhost-permission",
)  # fmt: skip
READS = (
    "Namespace",
    "ServiceAccount",
    *templates(),
    *table("stores")["operators"],
    *families.READS,
    *entries.READS,
    *sharing.READS,
    *brokers.READS,
)


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return all facts about the network, in a stable order; what is the same in several worlds once."""
    found: dict[tuple[object, ...], Fact] = {}
    for world in worlds(inventory):
        scene = scene_of(world.inventory, config)
        for group in GROUPS:
            for fact in group(scene):
                found.setdefault((fact.kind, fact.identity, *(id(resource) for resource, _, _ in fact.steps)), fact)
    return list(found.values())
