"""Where a Kubernetes cluster and what is pinned inside it are: configuration, nodes, topology."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import Written
from scanner.views.placements.ways import Hop, Way

_TOPOLOGY = (
    "topology.kubernetes.io/region", "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
)  # fmt: skip
_CLUSTER_TYPES = ("azurerm_kubernetes_cluster", "aws_eks_cluster", "google_container_cluster", "digitalocean_kubernetes_cluster")
_DEEPEST = 14
_SILENT = frozenset({"metadata", "status"})
"""Parts of an object that pin nothing; on a running cluster they are half of it."""


def configured(survey: Survey, resource: Resource) -> Way | None:
    """Return the region that ``kubernetes.clusters`` says; a single cluster holds for all files."""
    entries: Mapping[str, Any] = survey.setting("kubernetes", "clusters") or {}
    if len(entries) != 1:
        return None
    name, entry = next(iter(entries.items()))
    region = entry.get("region")
    if region is None:
        return None
    hop = Hop(resource, (), region, by_default=True, setting=f"kubernetes.clusters.{name}.region")
    return Way(named_place(survey, "kubernetes", region), (hop,))


def context(survey: Survey, name: str) -> Destination:
    """Return the place of a cluster by its kubeconfig context or name."""
    entries: Mapping[str, Any] = survey.setting("kubernetes", "clusters") or {}
    for known, entry in entries.items():
        if name in (known, entry.get("name")) and entry.get("region"):
            return named_place(survey, "kubernetes", entry["region"])
    return lost(f"no region is known for the cluster {name!r}: set kubernetes.clusters.{name}.region")


def by_nodes(survey: Survey, resource: Resource) -> Way | None:
    """Return the regions of the nodes that are in the same evaluation."""
    way = survey.where_nodes_are(resource.key.scope, _union_of_nodes)
    return way and Way(way.destination, (Hop(resource, (), None, by_default=True, note="where its nodes are"), *way.hops))


def _union_of_nodes(survey: Survey, nodes: Sequence[Resource]) -> Way | None:
    found = [way for node in nodes if (way := pinned(survey, node))]
    return Way(survey.atlas.union(way.destination for way in found), found[0].hops) if found else None


def built(survey: Survey) -> Resource | None:
    """Return the cloud's own resource of the one configured cluster, by name; without configuration the only one there is."""
    entries: Mapping[str, Any] = survey.setting("kubernetes", "clusters") or {}
    names = {str(entry.get("name") or known) for known, entry in entries.items()}
    found = [one for one in survey.inventory.of(*_CLUSTER_TYPES) if not names or one.data.get("name") in names]
    return found[0] if len(found) == 1 else None


def pinned(survey: Survey, resource: Resource) -> Way | None:
    """Return the regions that an object is pinned to by labels, node selectors, required affinity or allowed topologies."""
    said = _of_node(resource.data) if resource.type == "Node" else list(_pins(resource.data, ()))
    if not said:
        return None
    places = [named_place(survey, "kubernetes", one.value) for one in said]
    return Way(survey.atlas.union(places), tuple(Hop(resource, one.pointer, one.value) for one in said[:1]))


def _of_node(data: Any) -> list[Written]:
    """Return a node's region by its labels, else the zone in its providerID (``aws:///eu-central-1a/i-0``, ``gce://project/zone/name``)."""
    labels = lookup(data, ("metadata", "labels"))
    found = _chosen(labels, ("metadata", "labels")) if isinstance(labels, dict) else []
    identity = lookup(data, ("spec", "providerID"))
    if found or not isinstance(identity, str) or not identity.startswith(("aws://", "gce://")):
        return found
    return [Written(("spec", "providerID"), identity.split("/")[3])] if identity.count("/") > 3 else []


def _chosen(labels: Mapping[str, Any], pointer: Pointer) -> list[Written]:
    return [Written((*pointer, key), labels[key]) for key in _TOPOLOGY if labels.get(key) is not None][:1]


def _pins(data: Any, pointer: Pointer) -> Iterator[Written]:
    if len(pointer) > _DEEPEST:
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if not isinstance(value, dict | list) or (not pointer and key in _SILENT):
            continue
        if key == "nodeSelector" and isinstance(value, dict):
            yield from _chosen(value, (*pointer, key))
        elif key in ("nodeSelectorTerms", "allowedTopologies") and isinstance(value, list):
            yield from _terms(value, (*pointer, key))
        elif not str(key).startswith("preferred"):
            yield from _pins(value, (*pointer, key))


def _terms(terms: list[Any], pointer: Pointer) -> list[Written]:
    """Return the values of terms, any of which may hold; one that says nothing of topology leaves everything open."""
    each = [_expressions(term, (*pointer, number)) for number, term in enumerate(terms)]
    return [one for found in each for one in found] if all(each) else []


def _expressions(term: Any, pointer: Pointer) -> list[Written]:
    if isinstance(term, Unknown):
        return [Written(pointer, term)]
    found = []
    for name in ("matchExpressions", "matchLabelExpressions"):
        for number, one in enumerate(_items(term, name)):
            if isinstance(one, dict) and one.get("key") in _TOPOLOGY and one.get("operator", "In") == "In":
                found += [Written((*pointer, name, number, "values", at), value) for at, value in enumerate(_items(one, "values"))]
    return found


def _items(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []
