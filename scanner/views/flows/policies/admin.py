"""Cluster administrators' policies: AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2, v1beta1).

Semantics: network-policy-api.sigs.k8s.io and the field documentation of kubernetes-sigs/network-policy-api v0.2.0.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.counts import tally
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.typed import Any, Iterator
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.policy import DIRECTIONS, EVERYONE, Action, Direction, Peers, Policy, Rule, Tier, unread
from scanner.views.flows.selectors import Expression
from scanner.views.flows.written import Wanted, cause_in, doubt_of, gather, items, mapping, wanted_port

ADMIN = Tier(1_000, "admin", denies=False)
BASELINE = Tier(10_000_000, "baseline", denies=False)

KINDS = {
    "AdminNetworkPolicy.policy.networking.k8s.io": ADMIN,
    "BaselineAdminNetworkPolicy.policy.networking.k8s.io": BASELINE,
    "ClusterNetworkPolicy.policy.networking.k8s.io": None,
}
READS = tuple(KINDS)
ACTIONS: dict[str, Action] = {"Allow": "allow", "Accept": "allow", "Deny": "deny", "Pass": "pass"}


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Translate each policy, once per direction that it has rules for."""
    found = []
    for resource in inventory.of(*KINDS):
        spec = resource.data.get("spec")
        cause = doubt_of(spec)
        if cause is None:
            found.append((resource, tier_of(resource), mapping(spec)))
        else:
            yield from (unread(resource, direction, selectors.EVERYTHING, cause) for direction in DIRECTIONS)
    taken = tally((tier.name, _priority(spec)) for _, tier, spec in found)
    for resource, tier, spec in found:
        shared = taken[tier.name, _priority(spec)] > 1
        for direction in DIRECTIONS:
            if spec.get(direction):
                yield _policy(resource, tier, spec, direction, shared)


def tier_of(resource: Resource) -> Tier:
    """Return the tier of a policy: by kind, or as a ClusterNetworkPolicy says."""
    return KINDS[resource.type] or (BASELINE if lookup(resource.data, ("spec", "tier")) == "Baseline" else ADMIN)


def _policy(resource: Resource, tier: Tier, spec: Any, direction: Direction, shared: bool) -> Policy:
    subject = _pods(mapping(spec.get("subject")))
    if shared:
        subject = selectors.every(subject, selectors.doubted(f"{resource.key.address} shares its priority with another policy"))
    rules = tuple(_rule(rule, ("spec", direction, index), direction) for index, rule in items(spec.get(direction)))
    return Policy(resource, direction, subject, tier, (_priority(spec),), rules, isolates=False, host="never")


def _priority(spec: Any) -> int:
    value = lookup(spec, ("priority",))
    return value if isinstance(value, int) else 0


def _pods(content: Any) -> Expression:
    """Translate ``namespaces`` (a namespace selector) or ``pods`` (a namespace selector and a pod selector)."""
    pods = content.get("pods")
    if pods is None:
        return _spaces(content.get("namespaces"))
    spaces = _spaces(mapping(pods).get("namespaceSelector", mapping(pods).get("namespaces", {})))
    return selectors.every(spaces, selectors.label_selector(mapping(pods).get("podSelector"), "pod"))


def _spaces(selector: Any) -> Expression:
    content = mapping(selector)
    if "sameLabels" in content or "notSameLabels" in content:
        return selectors.unsure("sameLabels and notSameLabels are no longer part of the API")
    return selectors.label_selector(content.get("namespaceSelector", selector), "namespace")


def _rule(rule: Any, pointer: Pointer, direction: Direction) -> Rule:
    content = mapping(rule)
    action, cause = ACTIONS.get(str(content.get("action"))), cause_in(rule)
    if action is None or cause:
        return Rule("deny", (), ports.ALL, (), pointer, cause or f"the action {content.get('action')} is not known")
    key = "from" if direction == "ingress" else "to"
    peers = tuple((_peer(peer, action), (*pointer, key, index)) for index, peer in items(content.get(key)))
    if action != "allow" and any(peer is EVERYONE for peer, _ in peers):
        action = "deny"
    wanted = _protocols(content)
    return Rule(action, peers, wanted.ports, wanted.named, pointer)


def _peer(peer: Any, action: Action) -> Peers:
    """Translate a peer; one with no known field fails closed: an allowing rule matches nothing, any other denies everything."""
    content = mapping(peer)
    if content.get("namespaces") is not None or content.get("pods") is not None:
        return Peers(_pods(content), host="never")
    if content.get("networks") is not None:
        blocks = (addresses.block(str(text)) for _, text in items(content["networks"]))
        return Peers(blocks=tuple(block for block in blocks if block), by_address="sure")
    if content.get("domainNames") is not None:
        return Peers(names=tuple(str(name) for _, name in items(content["domainNames"])))
    if content.get("nodes") is not None:
        return Peers(selectors.on_host("which pods on a node's network have the address of a selected node is not known"))
    return Peers() if action == "allow" else EVERYONE


def _protocols(content: Any) -> Wanted:
    listed = content.get("ports") or content.get("protocols")
    return gather([_port(mapping(entry)) for _, entry in items(listed)]) if listed else Wanted()


def _port(entry: Any) -> Wanted:
    if "portNumber" in entry:
        return wanted_port(mapping(entry["portNumber"]).get("protocol"), mapping(entry["portNumber"]).get("port"))
    if "portRange" in entry:
        content = mapping(entry["portRange"])
        return wanted_port(content.get("protocol"), content.get("start"), content.get("end"))
    name = entry.get("namedPort") or entry.get("destinationNamedPort")
    if name is not None:
        return Wanted(ports.NONE, tuple((protocol, str(name)) for protocol in ports.PROTOCOLS))
    return gather([_protocol(key.upper(), mapping(value)) for key, value in entry.items()])


def _protocol(protocol: str, content: Any) -> Wanted:
    port = mapping(content.get("destinationPort"))
    span = mapping(port.get("range"))
    if span:
        return wanted_port(protocol, span.get("start"), span.get("end"))
    return wanted_port(protocol, port.get("number"))
