"""The map of a cluster: its workloads, who may talk to whom, the ways in and the ways out."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.network import Exit, Map, Node, Way
from scanner.model.unknown import Unknown
from scanner.typed import Iterator
from scanner.views.flows import ports
from scanner.views.flows.entries import EXITS
from scanner.views.flows.rows import connections, doubts
from scanner.views.flows.scene import Scene
from scanner.views.flows.stores import external_store
from scanner.views.flows.written import items


def map_of(scene: Scene) -> Map:
    """Return the map; its connections are made when they are read."""
    return Map(
        tuple(sorted(_nodes(scene))), connections(scene.network), tuple(doubts(scene.network)), tuple(sorted(_ways(scene), key=repr)),
        tuple(sorted(_exits(scene), key=repr)),
    )  # fmt: skip


def _nodes(scene: Scene) -> Iterator[Node]:
    for index, one in enumerate(scene.network.universe.classes):
        traits = scene.traits(index)
        tenant = traits.party.tenant if isinstance(traits.party.tenant, str) else None
        for pods in one.members:
            yield Node(pods.name, pods.namespace, tenant, traits.store, traits.party.platform)


def _ways(scene: Scene) -> Iterator[Way]:
    for entry in scene.entries:
        exposure = "unknown" if isinstance(entry.exposure, Unknown) else entry.exposure
        reachable = None if isinstance(entry.reachable, Unknown) else entry.reachable
        for pods in scene.network.universe.classes[entry.target].members:
            yield Way(_short(entry.resource.key.address), pods.name, exposure, ports.show(entry.ports), reachable)


def _exits(scene: Scene) -> Iterator[Exit]:
    for resource in scene.inventory.of("Service", *EXITS):
        via = _short(resource.key.address)
        if resource.type == "Service":
            name = lookup(resource.data, ("spec", "externalName"))
            yield from (
                [Exit(via, str(name), external_store(str(name)))] if lookup(resource.data, ("spec", "type")) == "ExternalName" else []
            )
        elif resource.type.startswith("ServiceEntry"):
            yield from (Exit(via, str(host), external_store(str(host))) for _, host in items(lookup(resource.data, ("spec", "hosts"))))
        else:
            yield from (Exit(via, str(block)) for _, block in items(lookup(resource.data, ("spec", "destinationCIDRs"))))


def _short(address: str) -> str:
    """Write an address without its provider, which is always the same here."""
    return address.removeprefix("kubernetes:")
