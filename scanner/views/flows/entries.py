"""Where traffic from outside enters: load balancers, node ports, external addresses, and routes of Ingress, Gateway API and their like."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown, known
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Iterable, Iterator
from scanner.views.flows import ports
from scanner.views.flows.classes import PodClass
from scanner.views.flows.exposure import GATEWAYS, exposure_of_route
from scanner.views.flows.network import Network
from scanner.views.flows.pods import containers
from scanner.views.flows.ports import Ports
from scanner.views.flows.services import Exposure, Target, by_name, exposure_of, target_of
from scanner.views.flows.universe import bits
from scanner.views.flows.written import items, mapping, text

if TYPE_CHECKING:
    import re

EXITS = ("ServiceEntry.networking.istio.io", "CiliumEgressGatewayPolicy.cilium.io")

READS = ("Service", *EXITS, *GATEWAYS, *table("entries")["routes"])


class Entry(NamedTuple):
    """One way in: ``resource`` opens it at ``pointer`` to one pod class on these ports (as the pods listen).

    ``reachable`` says whether policies let it through to the pods; ``service`` is what it goes through.
    """

    resource: Resource
    pointer: Pointer
    exposure: Exposure | Unknown
    service: Resource | None
    target: int
    ports: Ports
    reachable: bool | Unknown


class Opening(NamedTuple):
    """What opens a way in, before it is known where it leads; ``routed`` goes through a controller's pods."""

    resource: Resource
    pointer: Pointer
    exposure: Exposure | Unknown
    service: Resource
    port: Any
    routed: bool


def openings_of(inventory: Inventory) -> list[Opening]:
    """Return everything that opens a way in through a Service."""
    return [*_services(inventory), *_routes(inventory)]


def entries(openings: Iterable[Opening], network: Network) -> Iterator[Entry]:
    """Yield every way in, per class of pods that it leads to."""
    found = list(openings)
    carriers = carriers_of(network) if any(opening.routed for opening in found) else 0
    for opening in found:
        target = target_of(network.universe, opening.service, opening.port)
        for index in bits(target.classes):
            yield Entry(
                opening.resource, opening.pointer, opening.exposure, opening.service, index, target.ports[index],
                _reachable(network, opening, target, index, carriers),
            )  # fmt: skip
    for index, one in enumerate(network.universe.classes):
        yield from _of_host(network, index, one)


def _services(inventory: Inventory) -> Iterator[Opening]:
    for service in inventory.of("Service"):
        exposure = exposure_of(service)
        if exposure is not None:
            pointer: Pointer = ("spec", "externalIPs") if known(mapping(service.data.get("spec")).get("externalIPs")) else ("spec", "type")
            yield Opening(service, pointer, exposure, service, None, routed=False)


def _routes(inventory: Inventory) -> Iterator[Opening]:
    for kind, rows in table("entries")["routes"].items():
        for route in inventory.of(kind):
            exposure = exposure_of_route(inventory, route)
            for row in rows:
                for pointer, reference in spread(route.data, row["refs"].split(".")):
                    service = _backend(inventory, route, reference)
                    if service is not None:
                        yield Opening(route, pointer, exposure, service, mapping(reference).get(row["port"]), routed=True)


def spread(value: Any, path: list[str], pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Follow a path with ``[*]`` and yield what it leads to, each with its pointer."""
    if not path:
        yield pointer, value
        return
    key, star, _ = path[0].partition("[*]")
    inner = mapping(value).get(key)
    if star:
        for index, item in items(inner):
            yield from spread(item, path[1:], (*pointer, key, index))
    elif inner is not None:
        yield from spread(inner, path[1:], (*pointer, key))


def _backend(inventory: Inventory, route: Resource, reference: Any) -> Resource | None:
    """Find the Service that a reference names; Istio writes the namespace into the host name."""
    content = mapping(reference)
    if content.get("kind") not in (None, "Service"):
        return None
    name, _, rest = (text(content.get("name")) or text(content.get("host"))).partition(".")
    space = text(content.get("namespace")) or rest.partition(".")[0] or route.key.namespace or "default"
    return by_name(inventory, str(space), name)


def carriers_of(network: Network) -> int:
    """Return the pod classes that carry traffic of routes into the cluster."""
    known = pattern(table("entries")["controllers"])
    return sum(1 << index for index, one in enumerate(network.universe.classes) if _is_carrier(one, known))


def _is_carrier(one: PodClass, known: re.Pattern[str]) -> bool:
    paths = table("entries")["controller_paths"]
    for container in containers(one.first.spec):
        path = str(container.get("image")).partition("@")[0]
        name = path.rpartition("/")[2].partition(":")[0]
        if known.fullmatch(name) and paths.get(name, "") in path:
            return True
    return False


def _reachable(network: Network, opening: Opening, target: Target, index: int, carriers: int) -> bool | Unknown:
    wanted = target.ports[index]
    if opening.routed:
        return _throughcarriers_of(network, index, wanted, carriers)
    return ports.intersect(from_internet(network, index), wanted) != ports.NONE


def from_internet(network: Network, index: int) -> Ports:
    """Return the ports on which a pod class takes connections from public addresses."""
    return ports.unite(cell.ports for cell in network.side("ingress", index) if cell.peers & network.universe.public)


def _throughcarriers_of(network: Network, index: int, wanted: Ports, carriers: int) -> bool | Unknown:
    if carriers:
        return any(ports.intersect(network.between(carrier, index), wanted) != ports.NONE for carrier in bits(carriers))
    if index not in network.sides["ingress"] or ports.intersect(from_internet(network, index), wanted) != ports.NONE:
        return True
    return Unknown("the pods of the ingress controller are not in the scan")


def _of_host(network: Network, index: int, one: PodClass) -> Iterator[Entry]:
    """A host port, or a port of a pod on the node's network, is open on the node's own address."""
    for number, container in items(one.first.spec.get("containers")):
        for place, port in items(mapping(container).get("ports")):
            row = mapping(port)
            given = known(row.get("hostPort")) or (row.get("containerPort") if one.first.host else None)
            if isinstance(given, int) and isinstance(row.get("containerPort"), int):
                opened = ports.of(text(row.get("protocol")) or "TCP", row["containerPort"], row["containerPort"])
                pointer = (*one.first.template, "spec", "containers", number, "ports", place)
                reachable = ports.intersect(from_internet(network, index), opened) != ports.NONE
                yield Entry(one.first.resource, pointer, "nodes", None, index, opened, one.first.host or reachable)
