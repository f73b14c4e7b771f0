"""Where a resource itself is: its own attribute, its parent, its provider, its stack, its cluster."""

from __future__ import annotations

from scanner.model.glob import matches
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable
from scanner.views.placements import clusters
from scanner.views.placements.carriers import Carrier
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.walk import Written, said, split
from scanner.views.placements.ways import DEEPEST, Hop, Way


class Ask(NamedTuple):
    """Where is this resource? ``argument`` is what the table says beside the way to find it, mostly a path."""

    survey: Survey
    resource: Resource
    carrier: Carrier
    argument: str
    depth: int


def homes(survey: Survey, resource: Resource, depth: int = 0, carrier: Carrier | None = None) -> list[Way]:
    """Return where a resource is: mostly one place, several where it says several, none where it is nowhere itself.

    ``carrier`` where its type alone does not name its row.
    """
    carrier = carrier or survey.carriers.row(resource.type)
    if carrier is None or carrier.at is None:
        return []
    if depth > DEEPEST:
        return [Way(lost("resources refer to each other in a circle"))]
    return _FINDERS[carrier.at.word](Ask(survey, resource, carrier, carrier.at.argument, depth))


def home(survey: Survey, resource: Resource, depth: int = 0) -> Way:
    """Return the one place that is all places of a resource."""
    found = homes(survey, resource, depth)
    if not found:
        return Way(lost(f"where {resource.key.address} is does not follow from its type", resource.key.address))
    return found[0] if len(found) == 1 else Way(survey.atlas.union(way.destination for way in found), found[0].hops)


def _by_value(ask: Ask) -> list[Way]:
    found = said(ask.resource, ask.argument)
    if found:
        return [_at_value(ask, one) for one in found]
    default = ask.survey.carriers.default(ask.resource.type, ask.argument)
    if default:
        return [_at_default(ask, default)]
    return [_at_provider(ask) if ask.carrier.provider else _nowhere(ask, f"{ask.argument} is not written")]


def _at_value(ask: Ask, found: Written) -> Way:
    hop = Hop(ask.resource, found.pointer, found.value)
    if isinstance(found.value, Unknown) and str(found.value.origin).startswith(("resourceGroup", "deployment")):
        region = stack_region(ask.survey, "azure", ask.resource.path)
        hop = hop._replace(value=region, setting="residency.stack_regions.azure") if region else hop
    return Way(named_place(ask.survey, ask.carrier.cloud, hop.value), (hop,))


def _at_default(ask: Ask, default: Any) -> Way:
    if "unknown" in default:
        return _nowhere(ask, f"{ask.argument} is not written: {default['unknown']}")
    hop = Hop(ask.resource, split(ask.argument), default["value"], by_default=True)
    place = named_place(ask.survey, ask.carrier.cloud, default["value"])
    return Way(place._replace(sure=place.sure and default["sure"] == "docs"), (hop,))


def _at_provider(ask: Ask) -> Way:
    """Return the region of the resource's provider configuration (Google: region, else zone)."""
    provider = ask.survey.provider(ask.resource)
    if provider is None:
        name = ask.resource.key.provider
        return _nowhere(ask, f"{ask.argument} is not written, and no provider {name!r} is configured here", f"provider.{name}")
    own = Hop(ask.resource, split(ask.argument), None, by_default=True)
    for key in ("region", "zone"):
        value = provider.data.get(key)
        if value is not None:
            return Way(named_place(ask.survey, ask.carrier.cloud, value), (own, Hop(provider, (key,), value)))
    address = provider.key.address
    place = lost(f"{ask.argument} is not written, and {address} says no region", address, ask.carrier.cloud)
    return Way(place, (own, Hop(provider, ("region",), None, by_default=True)))


def _nowhere(ask: Ask, cause: str, origin: str | None = None) -> Way:
    hop = Hop(ask.resource, split(ask.argument), None, by_default=True)
    return Way(lost(cause, origin, ask.carrier.cloud), (hop,))


def _at_parent(ask: Ask) -> list[Way]:
    found = said(ask.resource, ask.argument)
    if not found:
        return [_nowhere(ask, f"{ask.argument} is not written")]
    return [at_referred(ask.survey, ask.resource, ask.carrier.cloud, one, ask.argument, ask.depth) for one in found]


def at_referred(survey: Survey, resource: Resource, cloud: str, found: Written, path: str, depth: int = 0) -> Way:
    """Return the place of the resource that a value refers to, or the one that an id or ARN says itself."""
    hop = Hop(resource, found.pointer, found.value, found.by_default)
    said = survey.place_in_path(cloud, found.value) if isinstance(found.value, str) else None
    if said is not None:
        return Way(said, (hop,))
    targets = survey.referred(resource, found.value, path)
    ways = [home(survey, target, depth + 1) for target in targets]
    if not ways:
        return Way(_missing(found.value, cloud), (hop,))
    if len({way.destination for way in ways}) > 1:
        names = ", ".join(one.key.address for one in targets)
        return Way(lost(f"{path} may mean any of {names}", None, cloud), (hop,))
    return Way(ways[0].destination, (hop, *ways[0].hops))


def _missing(value: Any, cloud: str) -> Destination:
    if isinstance(value, Unknown):
        return lost(value.cause, value.origin, cloud)
    return lost(f"{str(value)!r} is not in the scan", None, cloud)


def _fixed(ask: Ask) -> list[Way]:
    return [Way(named_place(ask.survey, ask.carrier.cloud, ask.argument), (Hop(ask.resource, (), None, by_default=True),))]


def _geography(ask: Ask) -> list[Way]:
    return [_known_as(ask, one, ask.survey.atlas.geography) for one in said(ask.resource, ask.argument)]


def _spanner(ask: Ask) -> list[Way]:
    return [_known_as(ask, one, ask.survey.atlas.spanner) for one in said(ask.resource, ask.argument)]


def _known_as(ask: Ask, found: Written, find: Callable[[str], Destination | None]) -> Way:
    value, hop = found.value, Hop(ask.resource, found.pointer, found.value)
    if isinstance(value, Unknown):
        return Way(lost(value.cause, value.origin, ask.carrier.cloud), (hop,))
    return Way(find(str(value)) or lost(f"{str(value)!r} is no place that the table knows", None, ask.carrier.cloud), (hop,))


def stack_region(survey: Survey, language: str, path: str) -> str | None:
    """Return where the configuration says that the stack of a file is deployed: one region, or the first glob that fits its path."""
    said = survey.setting("residency", "stack_regions", language)
    if isinstance(said, dict):
        return next((str(region) for glob, region in said.items() if matches(path, glob)), None)
    return str(said) if said else None


def _stack(ask: Ask) -> list[Way]:
    region = stack_region(ask.survey, "cloudformation", ask.resource.path)
    hop = Hop(ask.resource, (), region, by_default=True, setting="residency.stack_regions.cloudformation")
    if region is None:
        cause = "a template does not say where its stack is deployed: set residency.stack_regions.cloudformation"
        return [Way(lost(cause, None, ask.carrier.cloud), (hop._replace(setting=""),))]
    return [Way(named_place(ask.survey, ask.carrier.cloud, region), (hop,))]


def cluster_way(survey: Survey, resource: Resource) -> Way:
    """Return where the cluster of a Kubernetes object is: configured, by its nodes, or by the cloud resource of the configured name."""
    found = clusters.configured(survey, resource) or clusters.by_nodes(survey, resource)
    if found is not None:
        return found
    hop = Hop(resource, (), None, by_default=True, note="where its cluster is")
    built = clusters.built(survey)
    if built is None:
        return Way(lost("no region is known for the cluster: set kubernetes.clusters.<context>.region"), (hop,))
    way = home(survey, built)
    return Way(way.destination, (hop, *way.hops))


def _in_cluster(ask: Ask) -> list[Way]:
    return [cluster_way(ask.survey, ask.resource)]


def _by_topology(ask: Ask) -> list[Way]:
    return [clusters.pinned(ask.survey, ask.resource) or cluster_way(ask.survey, ask.resource)]


_FINDERS: dict[str, Callable[[Ask], list[Way]]] = {
    "value": _by_value,
    "parent": _at_parent,
    "fixed": _fixed,
    "geography": _geography,
    "spanner": _spanner,
    "stack": _stack,
    "cluster": _in_cluster,
    "topology": _by_topology,
}
