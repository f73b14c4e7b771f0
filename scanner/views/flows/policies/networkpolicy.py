"""NetworkPolicy of networking.k8s.io. Semantics: kubernetes.io, Network Policies, v1.34, and the API reference of NetworkPolicySpec."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.flows import addresses, selectors
from scanner.views.flows.addresses import Block
from scanner.views.flows.policy import DEFAULT, DIRECTIONS, EVERYONE, Direction, Peers, Policy, Rule
from scanner.views.flows.written import Wanted, cause_in, gather, items, mapping, wanted_port

READS = ("NetworkPolicy",)
ORDER = (1000.0,)
"""Among Calico's policies of the default tier, Kubernetes policies stand at order 1000 (docs.tigera.io, policy tiers, v3.31)."""


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Translate each NetworkPolicy, once per direction that it applies to."""
    for resource in inventory.of("NetworkPolicy"):
        spec = resource.data.get("spec")
        namespace = resource.key.namespace or "default"
        if isinstance(spec, Unknown):
            yield from (_unreadable(resource, direction, namespace, spec.cause) for direction in DIRECTIONS)
        else:
            yield from _directions(resource, mapping(spec), namespace)


def _directions(resource: Resource, spec: Any, namespace: str) -> Iterator[Policy]:
    # An absent podSelector is an empty one: both select every pod of the namespace.
    written = spec.get("podSelector")
    chosen = selectors.label_selector(written if isinstance(written, dict | Unknown) else {}, "pod")
    subject = selectors.every(selectors.in_namespace(namespace), chosen)
    for direction in DIRECTIONS:
        if direction not in applies(spec):
            continue
        cause = cause_in(spec.get("policyTypes"))
        selected = selectors.every(subject, selectors.unsure(cause)) if cause else subject
        yield Policy(resource, direction, selected, DEFAULT, _order(resource), rules(spec, direction, namespace), isolates=True)


def applies(spec: Any) -> tuple[Direction, ...]:
    """Return the directions that a policy applies to: as named, else ingress always and egress where it has an egress rule."""
    named = spec.get("policyTypes")
    if isinstance(named, list) and named and cause_in(named) is None:
        return tuple(direction for direction in DIRECTIONS if direction.capitalize() in named)
    if cause_in(named) or isinstance(spec.get("egress"), Unknown) or spec.get("egress"):
        return DIRECTIONS
    return ("ingress",)


def rules(spec: Any, direction: Direction, namespace: str) -> tuple[Rule, ...]:
    """Translate the rules of one direction; all of them allow."""
    listed = spec.get(direction)
    if isinstance(listed, Unknown):
        return (Rule("allow", (), Wanted().ports, (), ("spec", direction), listed.cause),)
    return tuple(_rule(rule, ("spec", direction, index), direction, namespace) for index, rule in items(listed))


def _rule(rule: Any, pointer: Pointer, direction: Direction, namespace: str) -> Rule:
    if isinstance(rule, Unknown):
        return Rule("allow", (), Wanted().ports, (), pointer, rule.cause)
    key = "from" if direction == "ingress" else "to"
    content = mapping(rule)
    wanted = _ports(content.get("ports"))
    return Rule("allow", _peers(content.get(key), (*pointer, key), namespace), wanted.ports, wanted.named, pointer, wanted.cause)


def _peers(listed: Any, pointer: Pointer, namespace: str) -> tuple[tuple[Peers, Pointer], ...]:
    """Translate the peers of a rule: a missing list and an empty one both mean everyone."""
    if isinstance(listed, Unknown):
        return ((Peers(unsure=listed.cause), pointer),)
    if not listed:
        return ((EVERYONE, pointer[:-1]),)
    return tuple((_peer(peer, namespace), (*pointer, index)) for index, peer in items(listed))


def _peer(peer: Any, namespace: str) -> Peers:
    if isinstance(peer, Unknown):
        return Peers(unsure=peer.cause)
    content = mapping(peer)
    if content.get("ipBlock") is not None:
        return ip_block(content["ipBlock"])
    spaces, pods = content.get("namespaceSelector"), content.get("podSelector")
    if spaces is None and pods is None:
        return Peers()
    where = selectors.in_namespace(namespace) if spaces is None else selectors.label_selector(spaces, "namespace")
    return Peers(selectors.every(where, selectors.EVERYTHING if pods is None else selectors.label_selector(pods, "pod")))


def ip_block(content: Any) -> Peers:
    """Translate ``{cidr, except}``; an address that cannot be read matches nothing, as the API would not accept it."""
    cause = cause_in(content)
    if cause:
        return Peers(unsure=cause)
    whole = addresses.block(str(mapping(content).get("cidr")))
    holes = (addresses.block(str(hole)) for _, hole in items(mapping(content).get("except")))
    return Peers(blocks=tuple(_left(whole, [hole for hole in holes if hole])))


def _left(whole: Block | None, holes: list[Block]) -> list[Block]:
    return addresses.without(whole, holes) if whole else []


def _ports(listed: Any) -> Wanted:
    if isinstance(listed, Unknown):
        return Wanted(cause=listed.cause)
    if not listed:
        return Wanted()
    return gather([_port(entry) for _, entry in items(listed)])


def _port(entry: Any) -> Wanted:
    if isinstance(entry, Unknown):
        return Wanted(cause=entry.cause)
    content = mapping(entry)
    return wanted_port(content.get("protocol"), content.get("port"), content.get("endPort"))


def _order(resource: Resource) -> tuple[Any, ...]:
    return (*ORDER, resource.key.namespace or "", resource.key.name)


def _unreadable(resource: Resource, direction: Direction, namespace: str, cause: str) -> Policy:
    subject = selectors.every(selectors.in_namespace(namespace), selectors.unsure(cause))
    return Policy(resource, direction, subject, DEFAULT, _order(resource), (), isolates=True)
