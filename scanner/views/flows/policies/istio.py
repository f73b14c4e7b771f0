"""Istio as the layer above the network: AuthorizationPolicy at the receiving end, Sidecar at the sending one.

The mesh is asked first: what it denies is lost, what it allows is passed on to the network's policies. It sees TCP alone, and only where
pods take part in it. Semantics: istio.io, Authorization Policy and Sidecar (v1.27). A rule about requests (paths, methods, tokens) does not
decide about connections: an allowing one is passed on as narrower, a denying one is left out.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.policy import EVERYONE, Action, Direction, Peers, Policy, Rule, Tier, unread
from scanner.views.flows.ports import Ports
from scanner.views.flows.selectors import ACCOUNT, MESH, NAMESPACE, Expression, Label
from scanner.views.flows.written import Wanted, cause_in, doubt_of, gather, items, mapping, wanted_port

AUTHORIZATION = "AuthorizationPolicy.security.istio.io"
SIDECAR = "Sidecar.networking.istio.io"
READS = (AUTHORIZATION, SIDECAR)
ROOT = "istio-system"
TIER = Tier(-1, "mesh", denies=True)
NOT_TCP = ports.subtract(ports.ALL, ports.TCP)
ORDER = {"CUSTOM": 0, "DENY": 1, "ALLOW": 2}
OF_REQUESTS = ("hosts", "notHosts", "methods", "notMethods", "paths", "notPaths")
OF_TOKENS = ("requestPrincipals", "notRequestPrincipals", "remoteIpBlocks", "notRemoteIpBlocks")
IN_MESH = selectors.is_in(MESH, ("in",))


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Translate what restricts connections between workloads of the mesh."""
    for resource in inventory.of(AUTHORIZATION):
        spec, cause = mapping(resource.data.get("spec")), doubt_of(resource.data.get("spec"))
        if cause is not None:
            yield unread(resource, "ingress", _subject(resource, None), cause)
            continue
        action = str(spec.get("action") or "ALLOW")
        if action in ORDER and not spec.get("targetRef") and not spec.get("targetRefs"):
            yield _policy(resource, "ingress", _subject(resource, spec.get("selector")), ORDER[action], _rules(spec, action))
    yield from _sidecars(inventory)


def _policy(resource: Resource, direction: Direction, subject: Expression, order: int, rules: tuple[Rule, ...]) -> Policy:
    beside = Rule("pass", ((EVERYONE, ("spec",)),), NOT_TCP, (), ("spec",))
    return Policy(
        resource,
        direction,
        selectors.every(IN_MESH, subject),
        TIER,
        (order, resource.key.address),
        (beside, *rules),
        order == ORDER["ALLOW"],
    )


def _subject(resource: Resource, selector: Any) -> Expression:
    """A policy is for its namespace; one of the root namespace for all."""
    space = resource.key.namespace or "default"
    where = selectors.EVERYTHING if space == ROOT else selectors.in_namespace(space)
    chosen = {"matchLabels": mapping(selector).get("matchLabels") or mapping(selector).get("labels")}
    return selectors.every(where, selectors.label_selector(chosen, "pod"))


def _rules(spec: Mapping[str, Any], action: str) -> tuple[Rule, ...]:
    found = (_rule(mapping(rule), ("spec", "rules", index), action) for index, rule in items(spec.get("rules")))
    return tuple(rule for rule in found if rule is not None)


def _rule(rule: Mapping[str, Any], pointer: Pointer, action: str) -> Rule | None:
    effect: Action = "pass" if action == "ALLOW" else "deny"
    cause = cause_in(rule) or ("an external authorizer decides" if action == "CUSTOM" else None)
    if cause:
        return Rule(effect, (), ports.NONE, (), pointer, cause)
    narrow = _narrow(rule)
    if narrow and effect == "deny":
        return None
    sources = list(items(rule.get("from")))
    peers = tuple((_source(mapping(mapping(item).get("source"))), (*pointer, "from", index)) for index, item in sources)
    return Rule(effect, peers if sources else ((EVERYONE, pointer),), _ports(rule), (), pointer, None, narrow)


def _narrow(rule: Mapping[str, Any]) -> str | None:
    operations = [mapping(mapping(item).get("operation")) for _, item in items(rule.get("to"))]
    sources = [mapping(mapping(item).get("source")) for _, item in items(rule.get("from"))]
    by_request = any(key in operation for operation in operations for key in OF_REQUESTS)
    by_token = any(key in source for source in sources for key in OF_TOKENS)
    return "only some requests" if by_request or by_token or rule.get("when") else None


def _ports(rule: Mapping[str, Any]) -> Ports:
    """Join the ports of all operations; one that names none means every port."""
    found = []
    for _, item in items(rule.get("to")):
        operation = mapping(mapping(item).get("operation"))
        named = (
            gather([wanted_port("TCP", port) for _, port in items(operation.get("ports"))]) if operation.get("ports") else Wanted(ports.TCP)
        )
        banned = gather([wanted_port("TCP", port) for _, port in items(operation.get("notPorts"))])
        found.append(ports.subtract(named.ports, banned.ports))
    return ports.unite(found) if found else ports.TCP


def _source(source: Mapping[str, Any]) -> Peers:
    """Translate a source: its fields must all match. Names need an identity, which only workloads of the mesh have."""
    blocks = tuple(block for _, text in items(source.get("ipBlocks")) if (block := addresses.block(str(text))))
    parts = [*_identities(source), *(selectors.negate(part) for part in _identities(source, "not"))]
    if blocks and parts:
        return Peers(selectors.every(*parts, selectors.unsure("the addresses of the named sources are not known")))
    if blocks:
        return Peers(blocks=blocks)
    if not parts:
        return EVERYONE
    only_excluded = not any(source.get(key) for key in ("namespaces", "principals", "serviceAccounts"))
    return Peers(selectors.every(*parts), world=only_excluded, host="sure")


def _identities(source: Mapping[str, Any], prefix: str = "") -> list[Expression]:
    found = []
    for key, read in (("namespaces", _namespace), ("principals", _principal), ("serviceAccounts", _account)):
        name = f"{prefix}{key[0].upper()}{key[1:]}" if prefix else key
        listed = [str(text) for _, text in items(source.get(name))]
        if listed:
            found.append(selectors.every(IN_MESH, selectors.some(*map(read, listed))))
    return found


def _namespace(text: str) -> Expression:
    return _text(NAMESPACE, text)


def _account(text: str) -> Expression:
    space, _, name = text.rpartition("/")
    account = _text(ACCOUNT, name)
    return selectors.every(selectors.in_namespace(space), account) if space else account


def _principal(text: str) -> Expression:
    """Read ``cluster.local/ns/NAMESPACE/sa/ACCOUNT``, or a pattern with a star at one end."""
    if text == "*":
        return selectors.EVERYTHING
    space, _, account = text.rpartition("/sa/")
    name = (space or text).rpartition("/ns/")[2].removesuffix("/*")
    known = [] if name.startswith("*") else [_namespace(name)]
    return selectors.every(*known, *([_text(ACCOUNT, account)] if space else []))


def _text(label: Label, text: str) -> Expression:
    if text == "*":
        return selectors.has(label)
    if text.endswith("*"):
        return Expression("prefix", label, frozenset((text[:-1],)))
    return Expression("suffix", label, frozenset((text[1:],))) if text.startswith("*") else selectors.is_in(label, (text,))


def _sidecars(inventory: Inventory) -> Iterator[Policy]:
    """A Sidecar limits where its workloads send only where it refuses what is not in the registry; the most specific one counts."""
    found = [
        (resource, mapping(resource.data.get("spec"))) for resource in inventory.of(SIDECAR) if doubt_of(resource.data.get("spec")) is None
    ]
    chosen = [(resource, spec, _subject(resource, spec.get("workloadSelector"))) for resource, spec in found]
    for resource, spec, subject in chosen:
        if lookup(spec, ("outboundTrafficPolicy", "mode")) == "REGISTRY_ONLY":
            nearer = [other for one, more, other in chosen if _rank(one, more) > _rank(resource, spec)]
            mine = selectors.every(subject, *map(selectors.negate, nearer))
            yield _policy(resource, "egress", mine, ORDER["ALLOW"], tuple(_hosts(inventory, resource, spec)))


def _rank(resource: Resource, spec: Mapping[str, Any]) -> int:
    return 2 if spec.get("workloadSelector") else 0 if resource.key.namespace == ROOT else 1


def _hosts(inventory: Inventory, resource: Resource, spec: Mapping[str, Any]) -> Iterator[Rule]:
    for index, listener in items(spec.get("egress")):
        for place, host in items(mapping(listener).get("hosts")):
            pointer: Pointer = ("spec", "egress", index, "hosts", place)
            yield Rule("pass", ((_host(inventory, resource, str(host)), pointer),), ports.TCP, (), pointer)


def _host(inventory: Inventory, resource: Resource, text: str) -> Peers:
    """Read ``NAMESPACE/HOST``, where a dot is the own namespace and a star all."""
    space, _, host = text.partition("/")
    own = resource.key.namespace or "default"
    where = selectors.EVERYTHING if space == "*" else selectors.in_namespace(own if space == "." else space)
    if host == "*":
        return Peers(where, host="sure")
    name, _, rest = host.partition(".")
    service = inventory.named("Service", rest.partition(".")[0] or own, name)
    chosen = lookup(service[0].data, ("spec", "selector")) if service else None
    if isinstance(chosen, dict):
        return Peers(selectors.every(where, selectors.label_selector({"matchLabels": chosen}, "pod")), host="sure")
    return Peers(names=(host,))
