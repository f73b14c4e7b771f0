"""Calico's NetworkPolicy, GlobalNetworkPolicy, Tier and network sets, as the API server or as raw custom resources hold them.

Semantics: docs.tigera.io (Calico v3.31), NetworkPolicy, GlobalNetworkPolicy, Tier, NetworkSet.
"""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Iterable, Iterator, Mapping
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.addresses import Block
from scanner.views.flows.calico_selectors import GLOBAL, parse
from scanner.views.flows.policy import DEFAULT, DIRECTIONS, EVERYONE, Action, Direction, Peers, Policy, Rule, Tier, unread
from scanner.views.flows.selectors import ACCOUNT, NAMESPACE, Expression, Label
from scanner.views.flows.written import Wanted, cause_in, doubt_of, gather, items, mapping, number, wanted_port

GROUPS = ("projectcalico.org", "crd.projectcalico.org")
NAMESPACED, CLUSTERWIDE, TIERS, SETS, GLOBAL_SETS = (
    tuple(f"{kind}.{group}" for group in GROUPS)
    for kind in ("NetworkPolicy", "GlobalNetworkPolicy", "Tier", "NetworkSet", "GlobalNetworkSet")
)
READS = (*NAMESPACED, *CLUSTERWIDE, *TIERS, *SETS, *GLOBAL_SETS)
ACTIONS: dict[str, Action] = {"allow": "allow", "deny": "deny", "pass": "pass"}
LAST = float("inf")
NUMBERS = {6: "TCP", 17: "UDP", 132: "SCTP"}


class Set(NamedTuple):
    """A named set of addresses, which selectors match by its labels like a pod."""

    labels: Mapping[Label, str]
    blocks: tuple[Block, ...]


class Scope(NamedTuple):
    """What a rule is read with: the namespace of its policy (None for a global one) and the network sets there are."""

    namespace: str | None
    sets: tuple[Set, ...]
    inventory: Inventory


def policies(inventory: Inventory) -> Iterator[Policy]:
    """Translate each policy, once per direction that it applies to; those for host endpoints alone are left out."""
    sets = tuple(_sets(inventory))
    for resource in inventory.of(*NAMESPACED, *CLUSTERWIDE):
        spec, cause = mapping(resource.data.get("spec")), doubt_of(resource.data.get("spec"))
        own = selectors.in_namespace(resource.key.namespace or "default") if resource.type in NAMESPACED else selectors.EVERYTHING
        if cause is not None:
            yield from (unread(resource, direction, own, cause) for direction in DIRECTIONS)
            continue
        if spec.get("preDNAT") or spec.get("doNotTrack"):
            continue
        scope = Scope(resource.key.namespace if resource.type in NAMESPACED else None, sets, inventory)
        for direction in _types(spec):
            yield _policy(scope, resource, spec, direction)


def _types(spec: Mapping[str, Any]) -> tuple[Direction, ...]:
    """Return the directions: as named, else those with rules, else ingress."""
    named = [str(name).lower() for _, name in items(spec.get("types"))]
    written = tuple(direction for direction in DIRECTIONS if (direction in named if named else spec.get(direction)))
    return written if written or named else ("ingress",)


def _policy(scope: Scope, resource: Resource, spec: Mapping[str, Any], direction: Direction) -> Policy:
    tier, cause = _tier(scope.inventory, str(spec.get("tier") or "default"))
    subject = selectors.every(_subject(scope, spec), selectors.doubted(cause) if cause else selectors.EVERYTHING)
    rules = tuple(rule for index, item in items(spec.get(direction)) for rule in _rule(scope, item, ("spec", direction, index), direction))
    order = spec.get("order")
    rank = (float(order) if isinstance(order, int | float) else LAST, resource.key.namespace or "", resource.key.name)
    return Policy(resource, direction, subject, tier, rank, rules, isolates=True)


def _tier(inventory: Inventory, name: str) -> tuple[Tier, str | None]:
    if name == "default":
        return DEFAULT, None
    found = [resource for resource in inventory.of(*TIERS) if resource.key.name == name]
    if not found:
        return Tier(LAST, name, denies=True), f"the tier {name} is not in the scan"
    spec = mapping(found[0].data.get("spec"))
    order = spec.get("order")
    return Tier(float(order) if isinstance(order, int | float) else LAST, name, denies=spec.get("defaultAction") != "Pass"), None


def _subject(scope: Scope, spec: Mapping[str, Any]) -> Expression:
    return selectors.every(
        selectors.EVERYTHING if scope.namespace is None else selectors.in_namespace(scope.namespace),
        parse(str(spec.get("selector") or "")),
        parse(str(spec.get("namespaceSelector") or ""), "namespace"),
        parse(str(spec.get("serviceAccountSelector") or ""), "account"),
    )


def _rule(scope: Scope, item: Any, pointer: Pointer, direction: Direction) -> Iterator[Rule]:
    content = mapping(item)
    action, cause = str(content.get("action")).lower(), cause_in(item)
    if cause:
        yield Rule(ACTIONS.get(action, "deny"), (), ports.NONE, (), pointer, cause)
    elif action in ACTIONS:
        source, destination = mapping(content.get("source")), mapping(content.get("destination"))
        own, other = (destination, source) if direction == "ingress" else (source, destination)
        side = "source" if direction == "ingress" else "destination"
        wanted = _ports(content, destination)
        doubt = "it depends on the source port" if source.get("ports") and action != "allow" else None
        peers = tuple((peer, (*pointer, side) if other else pointer) for peer in _peers(scope, other))
        narrow = "only some HTTP requests" if content.get("http") else None
        yield Rule(ACTIONS[action], peers, wanted.ports, wanted.named, pointer, wanted.cause or doubt, narrow, _entity(scope, own))


def _peers(scope: Scope, entity: Mapping[str, Any]) -> list[Peers]:
    """Translate one end of a rule: selectors and address blocks in it must all match."""
    blocks = _blocks(entity)
    service = mapping(entity.get("services"))
    if service:
        return [_service(scope, service)]
    if entity.get("domains"):
        return [Peers(names=tuple(str(name) for _, name in items(entity["domains"])))]
    if not any(entity.get(key) for key in ("selector", "notSelector", "namespaceSelector", "serviceAccounts")):
        return [EVERYONE] if blocks is None else [Peers(blocks=blocks, by_address="sure")]
    chosen = _entity(scope, entity)
    if blocks is not None:
        return [Peers(selectors.every(chosen, selectors.unsure("the addresses of the selected pods are not known")))]
    return [Peers(chosen, blocks=tuple(block for one in scope.sets if selectors.holds(chosen, one.labels) for block in one.blocks))]


def _entity(scope: Scope, entity: Mapping[str, Any]) -> Expression:
    parts = [parse(str(entity.get("selector") or "")), *_accounts(mapping(entity.get("serviceAccounts")))]
    if entity.get("notSelector"):
        parts.append(selectors.negate(parse(str(entity["notSelector"]))))
    if entity.get("namespaceSelector"):
        parts.append(_spaces(str(entity["namespaceSelector"])))
    elif scope.namespace is not None and any(entity.get(key) for key in ("selector", "notSelector", "serviceAccounts")):
        parts.append(selectors.in_namespace(scope.namespace))
    return selectors.every(*parts)


def _spaces(text: str) -> Expression:
    """Translate a namespace selector; ``all()`` means what has a namespace at all."""
    expression = parse(text, "namespace")
    return selectors.has(NAMESPACE) if expression == selectors.EVERYTHING else expression


def _accounts(accounts: Mapping[str, Any]) -> Iterator[Expression]:
    names = [str(name) for _, name in items(accounts.get("names"))]
    if names:
        yield selectors.is_in(ACCOUNT, names)
    if accounts.get("selector"):
        yield parse(str(accounts["selector"]), "account")


def _blocks(entity: Mapping[str, Any]) -> tuple[Block, ...] | None:
    nets, holes = _read(entity.get("nets")), _read(entity.get("notNets"))
    if not entity.get("nets") and not entity.get("notNets"):
        return None
    wholes = nets if entity.get("nets") else [addresses.V4_ALL]
    return tuple(block for whole in wholes for block in addresses.without(whole, holes))


def _read(listed: Any) -> list[Block]:
    found: Iterable[Block | None] = (addresses.block(str(text)) for _, text in items(listed))
    return [block for block in found if block]


def _service(scope: Scope, service: Mapping[str, Any]) -> Peers:
    space, name = str(service.get("namespace") or scope.namespace or "default"), str(service.get("name"))
    found = scope.inventory.named("Service", space, name)
    chosen = lookup(found[0].data, ("spec", "selector")) if found else None
    if not isinstance(chosen, dict) or not chosen:
        return Peers(unsure=f"the pods of Service {space}/{name} are not in the scan")
    return Peers(selectors.every(selectors.in_namespace(space), selectors.label_selector({"matchLabels": chosen}, "pod")))


def _ports(content: Mapping[str, Any], destination: Mapping[str, Any]) -> Wanted:
    left = ports.unite(ports.of(name) for name in _protocols(content))
    if destination.get("ports"):
        return gather([_port(name, entry) for _, entry in items(destination["ports"]) for name in _protocols(content)])
    banned = gather([_port(name, entry) for _, entry in items(destination.get("notPorts")) for name in ports.PROTOCOLS])
    return Wanted(ports.subtract(left, banned.ports), (), "ports are excluded by name" if banned.named else None)


def _protocols(content: Mapping[str, Any]) -> list[str]:
    wanted, banned = content.get("protocol"), content.get("notProtocol")
    return [name for name in ports.PROTOCOLS if wanted in (None, "") or _is(wanted, name) if not _is(banned, name)]


def _is(written: Any, name: str) -> bool:
    given = number(written)
    return (NUMBERS.get(given) if given is not None else str(written).upper()) == name


def _port(protocol: str, entry: Any) -> Wanted:
    first, _, last = str(entry).partition(":")
    if last and number(first) is not None and number(last) is not None:
        return wanted_port(protocol, first, last)
    return wanted_port(protocol, entry)


def _sets(inventory: Inventory) -> Iterator[Set]:
    for resource in inventory.of(*SETS, *GLOBAL_SETS):
        written = mapping(lookup(resource.data, ("metadata", "labels")))
        labels = {Label("pod", key): str(value) for key, value in written.items()}
        labels |= {GLOBAL: "yes"} if resource.type in GLOBAL_SETS else {NAMESPACE: resource.key.namespace or "default"}
        yield Set(labels, tuple(_read(lookup(resource.data, ("spec", "nets")))))
