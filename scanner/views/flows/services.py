"""Services: which pods they stand for, and what of them can be reached from outside the cluster."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown, known
from scanner.tables import table
from scanner.typed import Any, Literal, Mapping, Sequence
from scanner.views.flows import ports, selectors
from scanner.views.flows.classes import PodClass
from scanner.views.flows.pods import Pods
from scanner.views.flows.ports import Ports
from scanner.views.flows.selectors import Expression
from scanner.views.flows.universe import Universe, bits
from scanner.views.flows.written import items, mapping, number, text

Exposure = Literal["internet", "limited", "internal", "nodes"]
"""Who comes in: everybody, some source addresses, the company's own network, or whoever reaches the nodes."""


class Target(NamedTuple):
    """What a Service stands for: the classes of its pods (a bit set) and the ports that it leads to, by class."""

    classes: int
    ports: Mapping[int, Ports]


def pods_of_service(service: Resource) -> Expression:
    """Return what selects the pods of a Service; one without selector has none that the scan could know."""
    chosen = lookup(service.data, ("spec", "selector"))
    if not isinstance(chosen, dict) or not chosen:
        return selectors.NOTHING
    where = selectors.in_namespace(service.key.namespace or "default")
    return selectors.every(where, selectors.label_selector({"matchLabels": chosen}, "pod"))


def target_of(universe: Universe, service: Resource, wanted: Any = None) -> Target:
    """Resolve a Service to pods and their ports; ``wanted`` limits it to one of its ports, by number or name."""
    match = universe.match(pods_of_service(service))
    rows = [row for _, row in items(lookup(service.data, ("spec", "ports"))) if isinstance(row, dict) and _is(row, wanted)]
    found = {index: ports.unite(_port(row, universe.classes[index]) for row in rows) for index in bits(match.nominal)}
    return Target(match.nominal, found)


def _is(row: Mapping[str, Any], wanted: Any) -> bool:
    reference = mapping(wanted)
    asked = reference.get("number", reference.get("name")) if reference else wanted
    return asked is None or row.get("name") == asked or number(row.get("port")) == number(asked)


def _port(row: Mapping[str, Any], one: PodClass) -> Ports:
    protocol = (text(row.get("protocol")) or "TCP").upper()
    target = row.get("targetPort", row.get("port"))
    if isinstance(target, str) and number(target) is None:
        return named_port(one.first, protocol, target)
    given = number(target)
    return ports.of(protocol, given, given) if given else ports.NONE


def named_port(pods: Pods, protocol: str, name: str) -> Ports:
    """Resolve a port name on pods; an operator's pods may serve anything that they are known for."""
    return pods.named(protocol, name) if pods.ports_open is None else pods.declared


def exposure_of(service: Resource) -> Exposure | None:
    """Tell from where a Service can be reached, None where only from inside the cluster."""
    spec = mapping(service.data.get("spec"))
    annotations = mapping(lookup(service.data, ("metadata", "annotations")))
    if known(spec.get("externalIPs")):
        return "internet"
    if spec.get("type") == "NodePort":
        return "nodes"
    if spec.get("type") != "LoadBalancer":
        return None
    if is_internal(annotations) or spec.get("loadBalancerClass") == "tailscale":
        return "internal"
    return "limited" if _is_limited(spec.get("loadBalancerSourceRanges"), annotations) else "internet"


def is_internal(annotations: Mapping[str, Any]) -> bool:
    """Tell whether annotations make a load balancer internal."""
    rows = table("entries")
    for key, row in rows["internal_unless"].items():
        if annotations.get(key) in row["values"] and row["unless"] not in annotations:
            return True
    return any(_says(annotations.get(key), values) for key, values in rows["internal"].items())


def _says(value: Any, values: Sequence[str]) -> bool:
    if value is None or isinstance(value, Unknown):
        return False
    return str(value).lower() in {word.lower() for word in values} if values else str(value).lower() != "false"


def _is_limited(ranges: Any, annotations: Mapping[str, Any]) -> bool:
    written = [str(block) for _, block in items(ranges)]
    lists = (text(annotations.get(key)) for key in table("entries")["limits"])
    written += [block.strip() for listed in lists for block in listed.split(",") if block.strip()]
    return bool(written) and not {"0.0.0.0/0", "::/0"}.intersection(written)


def limited(annotations: Mapping[str, Any]) -> bool:
    """Tell whether annotations limit a route to some source addresses."""
    return _is_limited(None, annotations)


def by_name(inventory: Inventory, namespace: str, name: Any) -> Resource | None:
    """Return a Service of a namespace, if the scan has it."""
    found = inventory.named("Service", namespace, name) if isinstance(name, str) else ()
    return found[0] if found else None
