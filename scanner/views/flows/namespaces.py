"""The labels of namespaces and of service accounts, and where there may be more than the scan has seen."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Mapping
from scanner.views.flows.pods import plain


class Namespaces(NamedTuple):
    """Labels by namespace, and by service account in it.

    A namespace without object has only the label that every namespace has, and a cause why there may be more.
    """

    labels: Mapping[str, Mapping[str, Any]]
    resources: Mapping[str, Resource]
    accounts: Mapping[tuple[str, str], Mapping[str, Any]]
    complete: frozenset[str]
    all_complete: bool

    def labels_of(self, name: str) -> Mapping[str, Any]:
        """Return the labels that are known."""
        return self.labels.get(name) or {"kubernetes.io/metadata.name": name}

    def cause(self, name: str) -> str | None:
        """Return why a namespace may have further labels, or None."""
        if name in self.labels or self.all_complete or name in self.complete:
            return None
        return f"namespace {name} is not in the scan: its labels are not known"


def namespaces_of(inventory: Inventory) -> Namespaces:
    """Collect the namespaces of an inventory; the first object of a name counts."""
    labels: dict[str, Mapping[str, Any]] = {}
    resources: dict[str, Resource] = {}
    for resource in inventory.of("Namespace"):
        name = resource.key.name
        written = lookup(resource.data, ("metadata", "labels"))
        known = written if isinstance(written, dict) else {}
        if name not in labels:
            labels[name] = {**plain(known), "kubernetes.io/metadata.name": name}
            resources[name] = resource
    complete = inventory.completeness
    accounts = {
        (resource.key.namespace or "default", resource.key.name): plain(lookup(resource.data, ("metadata", "labels")))
        for resource in inventory.of("ServiceAccount")
    }
    return Namespaces(labels, resources, accounts, complete.namespaces, complete.cluster)
