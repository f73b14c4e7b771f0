"""Fact ``namespace-isolation``: whether a namespace denies each direction by default."""

from __future__ import annotations

from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence
from scanner.views.flows import selectors
from scanner.views.flows.derived import NAME
from scanner.views.flows.derived.isolation import closed, not_whole
from scanner.views.flows.policy import DIRECTIONS, Direction, Policy
from scanner.views.flows.scene import Scene
from scanner.views.flows.selectors import Expression, Label


def namespaces(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per namespace that has an object or a workload."""
    defaults = {direction: _defaults(scene.network.policies[direction]) for direction in DIRECTIONS}
    by_namespace: dict[str, list[int]] = {name: [] for name in scene.network.namespaces.resources}
    for index, one in enumerate(scene.network.universe.classes):
        # Policies cannot isolate pods on the node's network; they are told of by themselves.
        if one.members and not one.first.host:
            by_namespace.setdefault(one.namespace, []).append(index)
    for name in sorted(by_namespace):
        yield _namespace(scene, name, by_namespace[name], defaults)


def _namespace(scene: Scene, name: str, classes: list[int], defaults: Mapping[Direction, list[Expression]]) -> Fact:
    party = scene.tenancy.party(name)
    resource = scene.network.namespaces.resources.get(name) or scene.network.universe.classes[classes[0]].first.resource
    data: dict[str, Any] = {
        "namespace": name,
        "system": scene.tenancy.is_system(name),
        "platform": party.platform,
        "tenant": party.tenant,
        "environment": party.environment,
        **{direction: _denies(scene, direction, name, classes, defaults[direction]) for direction in DIRECTIONS},
    }
    place = (resource, NAME)
    return Fact("namespace-isolation", data, (name,), {"namespace": place}, ((*place, "the namespace"),))


def _denies(scene: Scene, direction: Direction, name: str, classes: list[int], defaults: list[Expression]) -> bool | Unknown:
    """Tell whether a direction is denied by default for every pod: by a policy for all, or because each workload is selected."""
    network = scene.network
    labels = {Label("namespace", key): str(value) for key, value in network.namespaces.labels_of(name).items()}
    if any(selectors.holds(expression, labels) for expression in defaults):
        return True
    sides = [closed(network, direction, index) for index in classes]
    if sides and all(one is True for one in sides):
        return True
    unknown = next((one for one in sides if isinstance(one, Unknown)), None)
    if unknown is not None and not any(one is False for one in sides):
        return unknown
    return False if scene.network.namespaces.cause(name) is None else Unknown(not_whole(name))


def _defaults(policies: Sequence[Policy]) -> list[Expression]:
    """Return the subjects of policies that isolate pods whatever their labels: those that speak of namespaces alone."""
    isolating = (policy.subject for policy in policies if policy.isolates and policy.tier.denies)
    return [one for one in isolating if all(leaf.label and leaf.label.domain == "namespace" for leaf in selectors.leaves(one))]
