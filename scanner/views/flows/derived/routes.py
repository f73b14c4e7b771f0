"""Facts about the edge: ``opening`` (a Service that can be reached from outside) and ``route`` (a host name and what serves it)."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows.entries import carriers_of
from scanner.views.flows.scene import Scene
from scanner.views.flows.services import exposure_of, target_of
from scanner.views.flows.written import items, mapping, text

GATEWAY = "Gateway.gateway.networking.k8s.io"
HTTP_ROUTE = "HTTPRoute.gateway.networking.k8s.io"


class Route(NamedTuple):
    """A host name (empty: any) with its paths, where it is written, and whether the way to it is encrypted."""

    resource: Resource
    pointer: Pointer
    host: str
    paths: tuple[str, ...]
    tls: bool | Unknown


def openings(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per Service that can be reached from outside; ``carrier`` if it leads to an ingress controller, whose task that is."""
    carriers = carriers_of(scene.network)
    for service in scene.inventory.of("Service"):
        exposure = exposure_of(service)
        if exposure is not None:
            spec = mapping(service.data.get("spec"))
            place = (service, ("spec", "type") if "type" in spec else ("spec", "externalIPs"))
            data = {
                "address": service.key.address,
                "namespace": service.key.namespace,
                "type": spec.get("type"),
                "exposure": exposure,
                "carrier": bool(target_of(scene.network.universe, service).classes & carriers),
            }
            yield Fact("opening", data, (service.key.address,), {"exposure": place, "type": place}, ((*place, "the Service"),))


def routes(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per host name of a route or listener."""
    found = [*_ingresses(scene.inventory), *_gateways(scene.inventory), *_http_routes(scene.inventory)]
    owners: dict[tuple[str, str], set[str]] = {}
    for route in found:
        for path in route.paths:
            owners.setdefault((route.host, path), set()).add(route.resource.key.namespace or "default")
    for route in found:
        yield _fact(route, {space for path in route.paths for space in owners[route.host, path]} if route.host else set())


def _fact(route: Route, namespaces: set[str]) -> Fact:
    key = route.resource.key
    data = {
        "kind": key.kind,
        "address": key.address,
        "namespace": key.namespace,
        "host": route.host or None,
        "name": route.host or "any host",
        "paths": list(route.paths),
        "tls": route.tls,
        "others": sorted(namespaces - {key.namespace or "default"}),
    }
    place = (route.resource, route.pointer)
    identity = (key.address, route.host, *route.paths)
    return Fact("route", data, identity, dict.fromkeys(data, place), ((*place, "the host"),))


def _ingresses(inventory: Inventory) -> Iterator[Route]:
    for ingress in inventory.of("Ingress"):
        spec = mapping(ingress.data.get("spec"))
        rules = list(items(spec.get("rules")))
        for index, rule in rules:
            content = mapping(rule)
            host = content.get("host")
            pointer: Pointer = ("spec", "rules", index, "host") if host is not None and host != "" else ("spec", "rules", index)
            paths = tuple(text(mapping(path).get("path")) or "/" for _, path in items(lookup(content, ("http", "paths"))))
            yield Route(ingress, pointer, host if isinstance(host, str) else "", paths, _ingress_tls(ingress, host))
        if not rules:
            yield Route(ingress, ("spec",), "", (), _ingress_tls(ingress, None))


def _ingress_tls(ingress: Resource, host: Any) -> bool | Unknown:
    """A host is covered by a TLS entry that names it (a star stands for one label), or that names none; or by the controller's own way."""
    annotations = mapping(lookup(ingress.data, ("metadata", "annotations")))
    rows = table("entries")
    if any(str(annotations.get(key)).lower() in values for key, values in rows["plain_annotations"].items()):
        return False
    if any(key in annotations for key in rows["tls_annotations"]):
        return True
    listed = lookup(ingress.data, ("spec", "tls"))
    unknown = next((value for value in (listed, host) if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown
    return any(_covers(mapping(entry).get("hosts"), host) for _, entry in items(listed))


def _covers(hosts: Any, host: Any) -> bool:
    named = [str(name) for _, name in items(hosts)]
    if not named or not host:
        return True
    return any(host == name or (name.startswith("*.") and str(host).partition(".")[2] == name[2:]) for name in named)


def _gateways(inventory: Inventory) -> Iterator[Route]:
    """A listener without TLS is plain unless every route that uses it only redirects."""
    for gateway in inventory.of(GATEWAY):
        for index, listener in items(lookup(gateway.data, ("spec", "listeners"))):
            content = mapping(listener)
            if content.get("protocol") == "HTTP":
                used = [route for route in inventory.of(HTTP_ROUTE) if _uses(route, gateway, content)]
                redirected = bool(used) and all(_redirects(route) for route in used)
                yield Route(gateway, ("spec", "listeners", index, "protocol"), text(content.get("hostname")), (), redirected)


def _uses(route: Resource, gateway: Resource, listener: Mapping[str, Any]) -> bool:
    for _, item in items(lookup(route.data, ("spec", "parentRefs"))):
        parent = mapping(item)
        named = (parent.get("name"), text(parent.get("namespace")) or route.key.namespace) == (gateway.key.name, gateway.key.namespace)
        if named and parent.get("sectionName") in (None, listener.get("name")) and parent.get("port") in (None, listener.get("port")):
            return True
    return False


def _redirects(route: Resource) -> bool:
    rules = [mapping(rule) for _, rule in items(lookup(route.data, ("spec", "rules")))]
    filters = [[mapping(one) for _, one in items(rule.get("filters"))] for rule in rules]
    return bool(filters) and all(any(lookup(one, ("requestRedirect", "scheme")) == "https" for one in rule) for rule in filters)


def _http_routes(inventory: Inventory) -> Iterator[Route]:
    for route in inventory.of(HTTP_ROUTE):
        rules = [mapping(rule) for _, rule in items(lookup(route.data, ("spec", "rules")))]
        matches = [mapping(match) for rule in rules for _, match in items(rule.get("matches"))]
        paths = tuple(dict.fromkeys(text(lookup(match, ("path", "value"))) or "/" for match in matches)) or ("/",)
        for index, host in items(lookup(route.data, ("spec", "hostnames"))):
            yield Route(route, ("spec", "hostnames", index), str(host), paths, Unknown("the listener decides", not_null=True))
