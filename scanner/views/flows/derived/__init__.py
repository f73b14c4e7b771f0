"""What rules can ask about the network, as facts with the places that they come from; one module per group of facts."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.typed import Any
from scanner.views.flows.pods import Pods
from scanner.views.flows.scene import Traits

Step = tuple[Resource, Pointer, str]

NAME: Pointer = ("metadata", "name")


def workload(pods: Pods, traits: Traits) -> dict[str, Any]:
    """Describe a workload in the words that rules use; ``text`` is its name in the connectivity list."""
    key = pods.resource.key
    return {
        "text": pods.name,
        "address": key.address,
        "namespace": pods.namespace,
        "name": key.name,
        "kind": key.kind,
        "tenant": traits.party.tenant,
        "environment": traits.party.environment,
        "platform": traits.party.platform,
        "store": traits.store,
        "account": traits.account,
        "host_network": pods.host,
        "labels": dict(pods.labels),
    }
