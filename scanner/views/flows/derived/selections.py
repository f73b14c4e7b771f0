"""Fact ``selection``: what a policy selects as its subject or as a peer, and whether there is anything of the kind."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.flows import selectors
from scanner.views.flows.network import Network
from scanner.views.flows.policy import DIRECTIONS, Policy
from scanner.views.flows.scene import Scene
from scanner.views.flows.selectors import Expression, Label

SUBJECTS: dict[str, tuple[str, ...]] = {
    "NetworkPolicy": ("spec", "podSelector"),
    "CiliumNetworkPolicy.cilium.io": ("endpointSelector",),
    "CiliumClusterwideNetworkPolicy.cilium.io": ("endpointSelector",),
}
ADMINISTRATORS = "policy.networking.k8s.io"


def selections(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per selector of a policy that speaks of pods, in the order of the inventory."""
    seen: set[tuple[str, Pointer]] = set()
    for direction in DIRECTIONS:
        for policy in scene.network.policies[direction]:
            for what, pointer, expression in _selectors(policy):
                key = (policy.resource.key.address, pointer)
                if key not in seen and expression.op != "unsure":
                    seen.add(key)
                    yield _fact(scene, policy, what, pointer, expression)


def _selectors(policy: Policy) -> Iterator[tuple[str, Pointer, Expression]]:
    yield "subject", _subject_pointer(policy), policy.subject
    for rule in policy.rules:
        for peers, pointer in rule.peers:
            if peers.unsure is None and not peers.blocks and not peers.names and peers.pods != selectors.EVERYTHING:
                yield "peer", pointer, peers.pods


def _subject_pointer(policy: Policy) -> Pointer:
    known = SUBJECTS.get(policy.resource.type)
    if known is None:
        return ("spec", "subject" if policy.resource.type.endswith(ADMINISTRATORS) else "selector")
    return known if known[0] == "spec" else (*policy.pointer, *known)


def _speaks_of_pods(expression: Expression) -> bool:
    return any(leaf.label is not None and leaf.label.domain != "namespace" for leaf in selectors.leaves(expression))


def _fact(scene: Scene, policy: Policy, what: str, pointer: Pointer, expression: Expression) -> Fact:
    resource = policy.resource
    data: dict[str, Any] = {
        "policy": resource.key.address,
        "namespace": resource.key.namespace,
        "what": what,
        "direction": policy.direction,
        "tenancy": scene.tenancy.declared,
        "everywhere": policy.resource.key.namespace is not None and not _spaces(expression),
        "namespace_labels": sorted(
            {leaf.label.key for leaf in selectors.leaves(expression) if leaf.label and leaf.label in _spaces(expression)}
        ),
        "pod_labels": sorted({leaf.label.key for leaf in selectors.leaves(expression) if leaf.label and leaf.label.domain == "pod"}),
        "found": _found(scene, resource.key.namespace, expression) if _speaks_of_pods(expression) else True,
    }
    fields = {"found": (resource, _narrowed(scene, resource, pointer)), "everywhere": (resource, pointer)}
    identity = (resource.key.address, *map(str, pointer))
    return Fact("selection", data, identity, fields, ((resource, pointer, "the selector"),))


def _spaces(expression: Expression) -> set[Label]:
    return {leaf.label for leaf in selectors.leaves(expression) if leaf.label is not None and leaf.label.domain == "namespace"}


def _narrowed(scene: Scene, resource: Resource, pointer: Pointer) -> Pointer:
    """Lead to the one label that nothing has, where a selector by equal labels has such a one."""
    for inner in (pointer, (*pointer, "podSelector")):
        labels = lookup(resource.data, (*inner, "matchLabels"))
        for key, value in labels.items() if isinstance(labels, dict) else ():
            if not scene.network.universe.match(selectors.is_in(Label("pod", key), (str(value),))).nominal:
                return (*inner, "matchLabels", key)
    return pointer


def _found(scene: Scene, namespace: str | None, expression: Expression) -> bool | Unknown:
    """Tell whether some pod matches. Where none does, it matters whether the scan has seen all namespaces that are meant."""
    universe = scene.network.universe
    match = universe.match(expression)
    if match.yes:
        return True
    undecided = universe.pods & ~match.no
    if undecided:
        index = (undecided & -undecided).bit_length() - 1
        return Unknown(universe.why_unsure(expression, index) or "it is not known what it selects")
    return False if _seen_all(scene, namespace, expression) else Unknown("the scan may not hold every workload of the namespaces meant")


def _seen_all(scene: Scene, namespace: str | None, expression: Expression) -> bool:
    """The own namespace is seen whole with its object or its repository; others only where a namespace of the scan is meant."""
    seen = scene.inventory.completeness
    if seen.cluster:
        return True
    meant = _namespaces_meant(scene.network, expression)
    if meant == {namespace}:
        return seen.whole() or scene.network.namespaces.cause(namespace or "") is None
    return bool(meant) and all(scene.network.namespaces.cause(name) is None for name in meant)


def _namespaces_meant(network: Network, expression: Expression) -> set[str]:
    """Return the known namespaces in which pods would match if they had the right labels."""
    spaces = {*network.namespaces.labels, *(one.namespace for one in network.universe.classes), *_named(expression)}
    return {name for name in spaces if _may_match(network, name, expression)}


def _named(expression: Expression) -> set[str]:
    leaves = selectors.leaves(expression)
    return {value for leaf in leaves if leaf.label == selectors.NAMESPACE and leaf.op == "in" for value in leaf.values}


def _may_match(network: Network, name: str, expression: Expression) -> bool:
    labels = {selectors.Label("namespace", key): str(value) for key, value in network.namespaces.labels_of(name).items()}
    return selectors.holds(_spaces_only(expression), labels)


def _spaces_only(expression: Expression) -> Expression:
    """Leave of an expression what is about namespaces; the rest is taken to match."""
    if expression.label is not None:
        return expression if expression.label.domain == "namespace" else selectors.EVERYTHING
    if expression.op == "unsure" or (expression.op == "not" and not _about_spaces(expression)):
        return selectors.EVERYTHING
    return expression._replace(parts=tuple(map(_spaces_only, expression.parts)))


def _about_spaces(expression: Expression) -> bool:
    return all(leaf.label is not None and leaf.label.domain == "namespace" for leaf in selectors.leaves(expression))
