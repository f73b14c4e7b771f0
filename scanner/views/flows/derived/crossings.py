"""Fact ``flow``: what may be opened across a boundary, between tenants or environments, or to a store of data.

Sources of one namespace that may do the same for the same reason are one fact; so the number follows the policies, not the pods.
"""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable, Iterator
from scanner.views.flows import ports
from scanner.views.flows.clauses import Via
from scanner.views.flows.derived import NAME, Step, workload
from scanner.views.flows.doubts import cause_of
from scanner.views.flows.network import flows
from scanner.views.flows.places import Place, places_of
from scanner.views.flows.ports import Ports
from scanner.views.flows.scene import Scene, Traits
from scanner.views.flows.universe import bits


class Crossing(NamedTuple):
    """Why sources belong together: where they are, whose, where they go, on which ports, let in and out by which rules."""

    namespace: str
    traits: Traits
    destination: int
    ports: Ports
    certain: bool
    let_in: Via
    let_out: Via


def crossings(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per group of sources and pod class that they reach across a boundary."""
    groups: dict[Crossing, list[int]] = {}
    across = _boundaries(scene)
    for source, found in flows(scene.network, "most" if _doubtful(scene) else "allowed"):
        for allowed, destinations in found.items():
            for destination in bits(destinations & across(source)):
                groups.setdefault(_crossing(scene, source, destination, allowed), []).append(source)
    for crossing, sources in groups.items():
        if scene.network.universe.classes[crossing.destination].members:
            yield _fact(scene, crossing, [source for source in sources if scene.network.universe.classes[source].members])


def _doubtful(scene: Scene) -> bool:
    return any(side.most is not None for sides in scene.network.sides.values() for side in sides.values())


def _boundaries(scene: Scene) -> Callable[[int], int]:
    """Return what tells for a pod class which others are stores, or somebody else's, or in another environment."""
    seen = stores = 0
    tenants: dict[Any, int] = {}
    environments: dict[Any, int] = {}
    for index, one in enumerate(scene.network.universe.classes):
        bit, traits = (1 << index if one.members else 0), scene.traits(index)
        seen, stores = seen | bit, stores | (bit if traits.store else 0)
        tenants[traits.party.tenant] = tenants.get(traits.party.tenant, 0) | bit
        environments[traits.party.environment] = environments.get(traits.party.environment, 0) | bit

    def across(source: int) -> int:
        party, own = scene.traits(source).party, 1 << source
        same = tenants[party.tenant] & environments[party.environment]
        return (seen & ~same | stores) & ~own if seen & own else 0

    return across


def _crossing(scene: Scene, source: int, destination: int, most: Ports) -> Crossing:
    network = scene.network
    least = network.between(source, destination, "least")
    one = network.universe.classes[source]
    let_in = _via(scene, "ingress", destination, source)
    let_out = _via(scene, "egress", source, destination)
    traits = scene.traits(source)._replace(account="")
    return Crossing(one.namespace, traits, destination, least if least != ports.NONE else most, least != ports.NONE, let_in, let_out)


def _via(scene: Scene, direction: Any, subject: int, peer: int) -> Via:
    cells = scene.network.side(direction, subject)
    return next((cell.via for cell in cells if cell.peers >> peer & 1), ())


def _fact(scene: Scene, crossing: Crossing, sources: list[int]) -> Fact:
    network, classes = scene.network, scene.network.universe.classes
    senders = [pods for source in sources for pods in classes[source].members]
    receivers = classes[crossing.destination].members
    doubt = None if crossing.certain else Unknown(cause_of(network, sources[0], crossing.destination))
    inside = places_of(network, "ingress", crossing.let_in, sources[0])
    outside = places_of(network, "egress", crossing.let_out, crossing.destination)
    receiver: Place = (receivers[0].resource, NAME)
    data = {
        "src": {**workload(senders[0], crossing.traits), "workloads": sorted(pods.name for pods in senders)},
        "dst": {**workload(receivers[0], scene.traits(crossing.destination)), "workloads": [pods.name for pods in receivers]},
        "ports": ports.show(crossing.ports),
        "allowed": True if doubt is None else doubt,
        "by": _by(scene, crossing, inside),
    }
    steps: list[Step] = [(*place, "lets it in") for place in inside] + [(*place, "lets it out") for place in outside]
    steps += [(*receiver, "the destination"), (senders[0].resource, NAME, "a source")]
    source_names = ",".join(sorted(_signature(classes[source].first.labels) for source in sources))
    identity = (crossing.namespace, source_names, *[pods.name for pods in receivers], ports.show(crossing.ports))
    place = inside[0] if inside else receiver
    return Fact(
        "flow", data, identity, {"allowed": place, "ports": place, "src": (senders[0].resource, NAME), "dst": receiver}, tuple(steps)
    )


def _by(scene: Scene, crossing: Crossing, inside: list[Place]) -> str:
    """Say in words what lets it in."""
    if inside:
        return f"{inside[0][0].key.address} lets it in"
    if crossing.destination in scene.network.sides["ingress"]:
        return "no policy that selects the destination denies it"
    return "no policy selects the destination"


def _signature(labels: Any) -> str:
    return "&".join(f"{key}={value}" for key, value in sorted(labels.items()) if isinstance(value, str))
