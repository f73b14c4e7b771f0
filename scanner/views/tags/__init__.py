"""Tags and labels as they take effect: the resource's own, its provider's defaults, its group's; and what the policy asks of them."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.resource import Fact
from scanner.typed import Sequence
from scanner.views.pods import OPERATION, workloads

FACTS = ("tags",)
READS = ("azurerm_*", "aws_*", "google_*", "digitalocean_*", "azapi_*", "*/*", "provider", "Namespace", *workloads())
UNSEEN = (*OPERATION, "container.image", "container.command", "container.args", "container.env", "container.ports")


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:
    """Return one fact per resource that takes tags, or perhaps does, in inventory order.

    Its data: ``cloud`` (azure, aws, google, digitalocean, kubernetes), ``role`` (``container`` for resource groups, projects and the
    like, ``namespace``, ``workload``, else ``resource``), ``type``, ``address``, ``tags`` (name → value), ``pairs`` (its own tags
    as ``{name, value, text, pattern, allowed}``; ``text`` is a value that is known, the last two are the policy's), ``missing`` (names that
    the policy requires and that are not there) and ``known`` (the policy's name of a tag → its value). What is not known is Unknown.
    """
    from scanner.views.tags.effective import tagged
    from scanner.views.tags.policy import policy_of
    from scanner.views.tags.tag_facts import fact_of

    policy = policy_of(config)
    return [fact_of(one, policy) for one in tagged(inventory, policy)]
