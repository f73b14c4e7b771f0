"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy of cilium.io/v2.

Semantics: docs.cilium.io (v1.18), Network Policy: Layer 3, Layer 4, Deny Policies, Policy Enforcement Modes. Pods on the node's network
are no endpoints of Cilium but the entities ``host`` and ``remote-node``; address blocks never match endpoints.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.policies.networkpolicy import ip_block
from scanner.views.flows.policy import DEFAULT, DIRECTIONS, EVERYONE, Action, Direction, Peers, Policy, Rule, unread
from scanner.views.flows.selectors import ACCOUNT, NAMESPACE, Expression, Label
from scanner.views.flows.written import Wanted, cause_in, doubt_of, gather, items, mapping, number, text, wanted_port

NAMESPACED = "CiliumNetworkPolicy.cilium.io"
CLUSTERWIDE = "CiliumClusterwideNetworkPolicy.cilium.io"
GROUPS = ("CiliumCIDRGroup.cilium.io",)
READS = (NAMESPACED, CLUSTERWIDE, *GROUPS)

OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
SPECIAL = {"io.kubernetes.pod.namespace": NAMESPACE, "io.cilium.k8s.policy.serviceaccount": ACCOUNT}
ENTITIES = {
    "all": EVERYONE,
    "world": Peers(world=True),
    "world-ipv4": Peers(blocks=(addresses.V4_ALL,), by_address="never"),
    "world-ipv6": Peers(blocks=(addresses.V6_ALL,), by_address="never"),
    "cluster": Peers(selectors.EVERYTHING, host="sure"),
    "kube-apiserver": Peers(names=("kube-apiserver",)),
}
ON_NODES = ("host", "remote-node")
FIRST, LAST = (0.0,), (1.0,)
"""Denying rules come before all allowing ones of the tier, NetworkPolicy's too."""


class Scope(NamedTuple):
    """What a rule is read with: where to look up what it refers to, and the pods that its selectors mean by default."""

    inventory: Inventory
    own: Expression


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Translate each rule block (``spec`` and every item of ``specs``), once per direction and effect."""
    for resource in inventory.of(NAMESPACED, CLUSTERWIDE):
        blocks: list[tuple[Pointer, Any]] = [(("spec",), resource.data.get("spec"))]
        blocks += [(("specs", index), block) for index, block in items(resource.data.get("specs"))]
        for pointer, block in blocks:
            own = selectors.in_namespace(resource.key.namespace or "default") if resource.type == NAMESPACED else selectors.EVERYTHING
            cause = doubt_of(block)
            if cause is not None:
                yield from (unread(resource, direction, own, cause) for direction in DIRECTIONS)
            elif isinstance(block, dict) and "nodeSelector" not in block:
                yield from _block(Scope(inventory, own), resource, pointer, block)


def _block(scope: Scope, resource: Resource, pointer: Pointer, block: Mapping[str, Any]) -> Iterator[Policy]:
    chosen = _endpoints(block.get("endpointSelector"), selectors.EVERYTHING)
    subject = selectors.every(scope.own, chosen)
    for direction in DIRECTIONS:
        isolates = _isolates(block, direction)
        effects: tuple[tuple[str, Action, tuple[float]], ...] = ((f"{direction}Deny", "deny", FIRST), (direction, "allow", LAST))
        for key, action, order in effects:
            listed = block.get(key)
            if listed or (isolates and action == "allow"):
                rules = tuple(_rule(scope, rule, (*pointer, key, index), direction, action) for index, rule in items(listed))
                yield Policy(resource, direction, subject, DEFAULT, order, rules, isolates, host="never", pointer=pointer)


def _isolates(block: Mapping[str, Any], direction: Direction) -> bool:
    """A direction with rules denies the rest by default, unless ``enableDefaultDeny`` says otherwise."""
    said = lookup(block, ("enableDefaultDeny", direction))
    return said if isinstance(said, bool) else bool(block.get(direction) or block.get(f"{direction}Deny"))


def _rule(scope: Scope, rule: Any, pointer: Pointer, direction: Direction, action: Action) -> Rule:
    cause = cause_in(rule)
    if cause:
        return Rule(action, (), ports.NONE, (), pointer, cause)
    content = mapping(rule)
    side = "from" if direction == "ingress" else "to"
    keys = [key for key in content if key.startswith(side) and key != "toPorts"]
    peers = tuple(
        (peer, (*pointer, key, index)) for key in keys for index, item in items(content[key]) for peer in _peers(scope, key, item)
    )
    wanted, narrow = _ports(content)
    if not keys and ("toPorts" in content or "icmps" in content):
        peers = ((EVERYONE, pointer),)
    unread = next((key for key in keys if key.endswith("Requires")), None)
    return Rule(action, peers, wanted.ports, wanted.named, pointer, f"{unread} is not evaluated" if unread else wanted.cause, narrow)


def _peers(scope: Scope, key: str, item: Any) -> list[Peers]:
    match key.removeprefix("from").removeprefix("to"):
        case "Endpoints":
            return [Peers(_endpoints(item, scope.own), host="never")]
        case "Entities":
            return [_entity(str(item))]
        case "CIDR":
            return [_block_of({"cidr": item})]
        case "CIDRSet":
            return _cidr_set(scope.inventory, mapping(item))
        case "FQDNs":
            return [Peers(names=tuple(str(name) for name in mapping(item).values()))]
        case "Nodes":
            return [Peers(selectors.on_host("which pods run on the selected nodes is not known"))]
        case "Services":
            return [_service(scope.inventory, mapping(item))]
        case _:
            return [Peers(unsure=f"{key} is not evaluated")]


def _endpoints(selector: Any, own: Expression) -> Expression:
    """Translate an endpoint selector; one that does not speak of namespaces means those of its own policy."""
    plain = selectors.label_selector(selector if selector is not None else {}, "pod")
    mapped = _mapped(plain)
    speaks = any(leaf.label and (leaf.label.domain == "namespace" or leaf.label == NAMESPACE) for leaf in selectors.leaves(mapped))
    return mapped if speaks else selectors.every(own, mapped)


def _mapped(expression: Expression) -> Expression:
    if expression.label is None:
        return expression._replace(parts=tuple(map(_mapped, expression.parts)))
    source, _, rest = expression.label.key.rpartition(":")
    if source == "reserved":
        return selectors.on_host("which pods have this reserved identity is not known") if rest in ON_NODES else selectors.NOTHING
    if rest.startswith(OF_NAMESPACE):
        return expression._replace(label=Label("namespace", rest.removeprefix(OF_NAMESPACE)))
    if rest.startswith("io.cilium.k8s.policy.cluster"):
        return selectors.doubted("the name of the cluster is not known")
    return expression._replace(label=SPECIAL.get(rest, Label("pod", rest)))


def _entity(name: str) -> Peers:
    if name in ON_NODES:
        return Peers(selectors.on_host("which pods run on the same node is not known"))
    return ENTITIES.get(name, Peers())


def _block_of(content: Any) -> Peers:
    return ip_block(content)._replace(by_address="never")


def _cidr_set(inventory: Inventory, item: Mapping[str, Any]) -> list[Peers]:
    group = item.get("cidrGroupRef")
    if group is None:
        return [_block_of(item)]
    found = inventory.named(GROUPS[0], None, str(group))
    if not found:
        return [Peers(unsure=f"CiliumCIDRGroup {group} is not in the scan")]
    return [_block_of({"cidr": cidr, "except": item.get("except")}) for _, cidr in items(lookup(found[0].data, ("spec", "externalCIDRs")))]


def _service(inventory: Inventory, item: Mapping[str, Any]) -> Peers:
    named = mapping(item.get("k8sService"))
    space, name = text(named.get("namespace")) or "default", str(named.get("serviceName"))
    found = inventory.named("Service", space, name) if named else ()
    chosen = lookup(found[0].data, ("spec", "selector")) if found else None
    if not isinstance(chosen, dict) or not chosen:
        return Peers(unsure=f"the pods of Service {space}/{name} are not in the scan")
    return Peers(selectors.every(selectors.in_namespace(space), selectors.label_selector({"matchLabels": chosen}, "pod")), host="never")


def _ports(content: Mapping[str, Any]) -> tuple[Wanted, str | None]:
    """Translate ``toPorts``: absent means every port, ``icmps`` alone means none; rules on layer 7 narrow what is allowed."""
    if "toPorts" not in content:
        return (Wanted(ports.NONE) if "icmps" in content else Wanted()), None
    entries = [mapping(entry) for _, entry in items(content["toPorts"])]
    narrow = next((f"only some {next(iter(entry['rules']))} requests" for entry in entries if mapping(entry.get("rules"))), None)
    return gather([_entry(entry) for entry in entries]), narrow


def _entry(entry: Mapping[str, Any]) -> Wanted:
    listed = entry.get("ports")
    return gather([_port(mapping(port)) for _, port in items(listed)]) if listed else Wanted()


def _port(entry: Mapping[str, Any]) -> Wanted:
    protocol = str(entry.get("protocol") or "ANY").upper()
    port = None if number(entry.get("port")) == 0 else entry.get("port")
    return gather([wanted_port(name, port, entry.get("endPort")) for name in ports.PROTOCOLS if protocol in ("ANY", name)])
