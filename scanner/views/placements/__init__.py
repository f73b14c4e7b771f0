"""Where data can be: every store, every place its data can land, by which path, and whether the policy allows that place."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.views.placements.carriers import types

FACTS = ("placement",)
READS = (
    *types(), "provider", "azapi_resource", "azapi_update_resource", "Namespace",
    "azurerm_kubernetes_cluster", "aws_eks_cluster", "google_container_cluster", "digitalocean_kubernetes_cluster",
)  # fmt: skip


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return one fact per placement, in inventory order. Raises ConfigError for a residency profile that does not exist."""
    from scanner.views.placements.placement_facts import fact_of
    from scanner.views.placements.placements import found_by
    from scanner.views.placements.policy import policy_of
    from scanner.views.placements.survey import Survey

    survey, policy = Survey(inventory, config), policy_of(config)
    return [fact_of(survey, placement, policy) for placement in found_by(survey, policy)]
