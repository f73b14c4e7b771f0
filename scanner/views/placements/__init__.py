"""Where data can be: every store, every place its data can land, by which path, and whether the policy allows that place.

A scan of ordinary workloads, which say nothing about places, imports next to nothing of this.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.typed import TYPE_CHECKING, Any, Sequence
from scanner.views.pods import OPERATION

if TYPE_CHECKING:
    READS: tuple[str, ...]

FACTS = ("placement", "data-store")
_BESIDE = (
    "module", "provider", "azapi_resource", "azapi_update_resource", "Namespace",
    "azurerm_kubernetes_cluster", "aws_eks_cluster", "google_container_cluster", "digitalocean_kubernetes_cluster",
)  # fmt: skip
UNSEEN = OPERATION
UNSEEN_IDLE = ("placeless",)
DATED = ("jurisdictions",)


def __getattr__(name: str) -> Any:
    """Return ``READS`` when it is asked for: the table of carriers is large, and a scan remembers what views read."""
    if name != "READS":
        raise AttributeError(name)
    from scanner.views.placements.carriers import types
    from scanner.views.placements.protection import companions

    return (*types(), *companions(), *_BESIDE)


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return one fact per placement and one per store. Raises ConfigError for a residency profile that does not exist."""
    from scanner.views.placements.silence import speaking

    if not config.residency and not inventory.derived(speaking):
        return ()
    from scanner.views.placements.placement_facts import fact_of
    from scanner.views.placements.placements import found_by
    from scanner.views.placements.policy import policy_of
    from scanner.views.placements.protection import protection_facts
    from scanner.views.placements.survey import Survey

    survey, policy = Survey(inventory, config), policy_of(config)
    return [*(fact_of(survey, placement, policy) for placement in found_by(survey, policy)), *protection_facts(survey)]
