"""From where a route can be reached: the internet, some addresses, or the inside of a company."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Mapping
from scanner.views.flows.services import Exposure, is_internal, limited
from scanner.views.flows.written import items, mapping, text

GATEWAYS = ("Gateway.gateway.networking.k8s.io", "Gateway.networking.istio.io")
_ATTACHED = ("gateway.networking.k8s.io", "networking.istio.io")
"""Groups whose routes are a way in through a gateway alone: one that names none holds inside the mesh, or nowhere."""


def exposure_of_route(inventory: Inventory, route: Resource) -> Exposure | Unknown:
    """Tell from where a route can be reached: by its class, its annotations, or the gateways that carry it."""
    annotations = mapping(lookup(route.data, ("metadata", "annotations")))
    spec = mapping(route.data.get("spec"))
    if _is_private_class(spec, annotations):
        return "internal"
    if limited(annotations):
        return "limited"
    parents = [mapping(parent) for _, parent in items(spec.get("parentRefs"))]
    parents += [dict(zip(("name", "namespace"), str(name).split("/")[::-1], strict=False)) for _, name in items(spec.get("gateways"))]
    if parents:
        return _exposure_of_parents(inventory, route, parents)
    return "internal" if route.key.api_group in _ATTACHED else "internet"


def _is_private_class(spec: Mapping[str, Any], annotations: Mapping[str, Any]) -> bool:
    rows = table("entries")
    name = text(spec.get("ingressClassName")) or text(annotations.get("kubernetes.io/ingress.class"))
    if any(str(annotations.get(key)).lower() in values for key, values in rows["internal_routes"].items()):
        return True
    facing = rows["private_unless_facing"]
    return name in rows["internal_classes"] or (name == facing["class"] and annotations.get(facing["annotation"]) != facing["value"])


def _exposure_of_parents(inventory: Inventory, route: Resource, parents: list[Mapping[str, Any]]) -> Exposure | Unknown:
    """A route is as open as the most open of its gateways; ``mesh`` and a Service, whose callers a mesh routes, are no way in."""
    found: list[Exposure | Unknown] = []
    for parent in parents:
        space, name = text(parent.get("namespace")) or route.key.namespace or "default", str(parent.get("name"))
        gateways = [gateway for kind in GATEWAYS for gateway in inventory.named(kind, space, name)]
        missing = Unknown(f"gateway {space}/{name} is not in the scan")
        inside = name == "mesh" or parent.get("kind") == "Service"
        found.append("internal" if inside else _exposure_of_gateway(gateways[0]) if gateways else missing)
    known = [one for one in found if not isinstance(one, Unknown)]
    return "internet" if "internet" in known else next((one for one in found if isinstance(one, Unknown)), "internal")


def _exposure_of_gateway(gateway: Resource) -> Exposure:
    annotations = {
        **mapping(lookup(gateway.data, ("metadata", "annotations"))),
        **mapping(lookup(gateway.data, ("spec", "infrastructure", "annotations"))),
    }
    private = is_internal(annotations) or "internal" in str(lookup(gateway.data, ("spec", "gatewayClassName")))
    return "internal" if private else "internet"
