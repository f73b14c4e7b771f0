"""Fact ``entry``: a way from outside to a workload, and whether anything limits who comes in."""

from __future__ import annotations

from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.flows import ports
from scanner.views.flows.derived import NAME, workload
from scanner.views.flows.derived.isolation import everybody
from scanner.views.flows.entries import Entry, from_internet
from scanner.views.flows.scene import Scene


def ways(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per way in and workload that it leads to."""
    for entry in scene.entries:
        for pods in scene.network.universe.classes[entry.target].members:
            yield _fact(scene, entry, pods)


def _fact(scene: Scene, entry: Entry, pods: Any) -> Fact:
    network, key = scene.network, entry.resource.key
    side = network.sides["ingress"].get(entry.target)
    exposure = entry.exposure
    data = {
        "kind": key.kind,
        "address": key.address,
        "namespace": key.namespace,
        "exposure": exposure,
        "public": exposure if isinstance(exposure, Unknown) else exposure in ("internet", "limited"),
        "reachable": entry.reachable,
        "ports": ports.show(entry.ports),
        "service": entry.service.key.address if entry.service else None,
        "workload": workload(pods, scene.traits(entry.target)),
        "selected": side is not None,
        "anyone": ports.intersect(everybody(network, "ingress", entry.target), entry.ports) != ports.NONE,
        "internet": ports.intersect(from_internet(network, entry.target), entry.ports) != ports.NONE,
    }
    place = (entry.resource, entry.pointer)
    target = (pods.resource, NAME)
    identity = (key.address, *map(str, entry.pointer), pods.name)
    fields = {"kind": place, "exposure": place, "public": place, "workload": target, "selected": target, "anyone": target}
    return Fact("entry", data, identity, fields, ((*place, "the way in"), (*target, "where it leads")))
