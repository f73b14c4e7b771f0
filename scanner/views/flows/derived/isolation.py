"""Facts ``isolation`` (per workload: what policies select it and what they leave open) and ``namespace-isolation``."""

from __future__ import annotations

from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.flows import addresses, ports
from scanner.views.flows.derived import NAME, workload
from scanner.views.flows.doubts import cause_of_side
from scanner.views.flows.network import Network, at
from scanner.views.flows.places import Place, places_of
from scanner.views.flows.pods import Pods
from scanner.views.flows.policy import DIRECTIONS, Direction
from scanner.views.flows.ports import Ports
from scanner.views.flows.scene import Scene
from scanner.views.flows.universe import bits

DNS = {"udp": ports.of("UDP", 53, 53), "tcp": ports.of("TCP", 53, 53)}

HTTP = ports.of("TCP", 80, 80)

WIRE = ports.union(HTTP, ports.of("TCP", 32526, 32526))

METADATA = {"169.254.169.254": HTTP, "fd00:ec2::254": HTTP, "168.63.129.16": WIRE}
"""Address → the ports that hand out credentials or configuration there; 168.63.129.16 also answers DNS, which is no finding."""


def isolation(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per workload."""
    for index, one in enumerate(scene.network.universe.classes):
        sides = {direction: _side(scene, direction, index) for direction in DIRECTIONS}
        for pods in one.members:
            yield _isolation(scene, index, pods, sides)


def _isolation(scene: Scene, index: int, pods: Pods, sides: dict[Direction, tuple[dict[str, Any], dict[str, Place]]]) -> Fact:
    data: dict[str, Any] = {
        "workload": workload(pods, scene.traits(index)),
        "system": scene.tenancy.is_system(pods.namespace),
        **{direction: told for direction, (told, _) in sides.items()},
    }
    place = (pods.resource, NAME)
    fields = {"workload": place, "ingress": place, "egress": place, **sides["ingress"][1], **sides["egress"][1]}
    return Fact("isolation", data, (pods.name,), fields, ((*place, "the workload"),))


def _side(scene: Scene, direction: Direction, index: int) -> tuple[dict[str, Any], dict[str, Place]]:
    network = scene.network
    rows = network.chosen[direction].get(index, [])
    isolating = [(number, sure) for number, sure, _ in rows if network.policies[direction][number].isolates]
    told: dict[str, Any] = {
        "selected": _selected(scene, direction, index, isolating),
        "closed": closed(network, direction, index),
        "policies": sorted({network.policies[direction][number].resource.key.address for number, _, _ in rows}),
        "anyone": ports.show(everybody(network, direction, index)) or None,
    }
    fields: dict[str, Place] = {}
    if direction == "egress":
        told |= {"dns": _dns(network, index), "any": _allows_anything(network, index)}
        told["metadata"], fields = _metadata(scene, index)
    return told, fields


def _selected(scene: Scene, direction: Direction, index: int, isolating: list[tuple[int, bool]]) -> bool | Unknown:
    one = scene.network.universe.classes[index]
    if one.first.host:
        return Unknown(f"{one.first.name} uses the node's network: whether policies hold for it depends on the network plugin")
    if any(sure for _, sure in isolating):
        return True
    if isolating:
        policy = scene.network.policies[direction][isolating[0][0]]
        return Unknown(scene.network.universe.why_unsure(policy.subject, index) or "a policy perhaps selects it")
    return False if _is_whole(scene, one.namespace) else Unknown(not_whole(one.namespace))


def closed(network: Network, direction: Direction, index: int) -> bool | Unknown:
    """Tell whether one direction of a pod class is denied by default."""
    side = network.sides[direction].get(index)
    known = side.closed if side is not None else False
    return Unknown(cause_of_side(network, direction, index)) if known is None else known


def everybody(network: Network, direction: Direction, index: int) -> Ports:
    """Return the ports that are open to every peer there is, inside and outside."""
    total = ports.ALL
    for cell in network.side(direction, index):
        if cell.peers & ~network.universe.outside_names:
            total = ports.intersect(total, cell.ports)
    return total


def _allows_anything(network: Network, index: int) -> bool:
    return any(cell.ports != ports.NONE for cell in network.side("egress", index))


def _dns(network: Network, index: int) -> list[str] | Unknown:
    """Return over which protocols the cluster's DNS can be asked, at its pods or at the cache on the node."""
    asked = [*bits(network.universe.resolvers), *bits(network.universe.address(addresses.NODE_DNS))]
    found, doubt = [], False
    for protocol, wanted in DNS.items():
        if any(ports.intersect(at(network.side("egress", index), bit), wanted) != ports.NONE for bit in asked):
            found.append(protocol)
        elif any(ports.intersect(at(network.side("egress", index, "most"), bit), wanted) != ports.NONE for bit in asked):
            doubt = True
    return Unknown(cause_of_side(network, "egress", index)) if doubt else found


def _metadata(scene: Scene, index: int) -> tuple[list[str] | Unknown, dict[str, Place]]:
    """Return which metadata addresses can be asked, and the rule that lets it."""
    network, space = scene.network, scene.network.universe.classes[index].namespace
    if index not in network.sides["egress"] and not _is_whole(scene, space):
        return Unknown(not_whole(space)), {}
    found: list[str] = []
    fields: dict[str, Place] = {}
    doubt = False
    for address, wanted in METADATA.items():
        for bit in bits(network.universe.address(address)):
            cell = next((cell for cell in network.side("egress", index) if cell.peers >> bit & 1), None)
            if cell is not None and ports.intersect(cell.ports, wanted) != ports.NONE:
                found.append(address)
                places = places_of(network, "egress", cell.via, bit)
                fields.update({"egress.metadata": places[0]} if places else {})
            elif ports.intersect(at(network.side("egress", index, "most"), bit), wanted) != ports.NONE:
                doubt = True
    return (Unknown(cause_of_side(network, "egress", index)) if doubt and not found else found), fields


def _is_whole(scene: Scene, name: str) -> bool:
    return scene.network.namespaces.cause(name) is None or scene.inventory.completeness.whole()


def not_whole(name: str) -> str:
    """Say why there may be policies that the scan has not seen."""
    return f"the scan may not hold every policy of namespace {name}: its Namespace object is not in it"
