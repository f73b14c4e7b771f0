"""Tags and labels as they take effect: the resource's own, its provider's defaults, its group's; and what the policy asks of them."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact

FACTS = ("tags",)
READS = ("azurerm_*", "aws_*", "google_*", "digitalocean_*", "azapi_*", "provider", "Namespace")


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return one fact per resource that takes tags, or perhaps does, in inventory order.

    Its data: ``cloud``, ``role`` (``container`` for resource groups, projects and the like, ``namespace``, else ``resource``), ``address``,
    ``tags`` (name → value), ``pairs`` (``{name, value, pattern, allowed}`` of the resource's own tags), ``missing`` (names that the policy
    requires and that are not there) and ``known`` (the required ones that are, by the policy's name). What is not known is Unknown.
    Raises ConfigError for an impossible ``tags`` section.
    """
    from scanner.views.tags.effective import tagged
    from scanner.views.tags.policy import policy_of
    from scanner.views.tags.tag_facts import fact_of

    policy = policy_of(config)
    return [fact_of(one, policy) for one in tagged(inventory, policy)]
