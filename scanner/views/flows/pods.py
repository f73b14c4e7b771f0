"""Who takes part: the pods of every workload, live or in a file, and the labels that are known of them and of their namespaces."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows import ports
from scanner.views.flows.ports import Ports
from scanner.views.flows.written import text

FINISHED = ("Succeeded", "Failed")
"""Phases of a pod that has no network any more."""

RESOLVER = ("k8s-app", "kube-dns")
"""The label of the pods behind the service kube-dns, whatever serves it (kubernetes.io, Customizing DNS Service, v1.34)."""


class Pods(NamedTuple):
    """The pods of one workload (or one live pod of it): they are equal in everything said here.

    ``name`` is the workload's as in the contract (``ns/name[Kind]``), ``template`` points to what holds the pods' metadata and spec.
    ``labels_open`` and ``ports_open`` say why there may be further labels or ports than those known; None where all are known.
    ``declared`` are ports that no container declares but an operator's kind is known to serve. ``assumed``: not seen, but surely there.
    """

    name: str
    namespace: str
    resource: Resource
    template: Pointer
    labels: Mapping[str, Any]
    spec: Mapping[str, Any]
    labels_open: str | None = None
    ports_open: str | None = None
    declared: Ports = ports.NONE
    assumed: bool = False

    @property
    def host(self) -> bool:
        """Whether the pods use the node's own network."""
        return self.spec.get("hostNetwork") is True

    @property
    def account(self) -> str:
        """The name of the service account that the pods run as."""
        return text(self.spec.get("serviceAccountName")) or text(self.spec.get("serviceAccount")) or "default"

    def named(self, protocol: str, name: str) -> Ports:
        """Return the ports that a port name stands for."""
        found = (port for port in container_ports(self.spec) if port.get("name") == name and _protocol(port) == protocol)
        return ports.unite(_one_port(port) for port in found)


def templates() -> Mapping[str, Pointer]:
    """Return resource type → pointer to what holds the pods' metadata and spec, for kinds that run pods."""
    rows = table("workloads")["templates"]
    return {kind: tuple(path.split(".")) if path else () for kind, path in rows.items() if kind != "PodTemplate"}


def pods_of(inventory: Inventory) -> list[Pods]:
    """Return all pods of an inventory in its order, live pods under the name of their owner, and those that operators make of stores."""
    controllers = _controllers(inventory)
    kinds = [(kind, pointer) for kind, pointer in templates().items() if kind != "Pod"]
    found = [*_live(inventory), *(pods for kind, pointer in kinds for pods in _of_kind(inventory, kind, pointer, controllers))]
    found += _of_operators(inventory, controllers)
    if inventory.all and not any(pods.labels.get(RESOLVER[0]) == RESOLVER[1] for pods in found):
        found.append(_resolver(inventory.all[0]))
    return found


def _resolver(resource: Resource) -> Pods:
    """Return the pods that answer the cluster's DNS, which every cluster has (``resource`` only fills the field)."""
    listed = [{"name": "dns", "containerPort": 53, "protocol": "UDP"}, {"name": "dns-tcp", "containerPort": 53, "protocol": "TCP"}]
    spec = {"containers": [{"name": "coredns", "ports": listed}], "serviceAccountName": "coredns"}
    cause = "the pods of the cluster's DNS are not in the scan"
    return Pods("kube-system/coredns[Deployment]", "kube-system", resource, (), dict([RESOLVER]), spec, cause, assumed=True)


def container_ports(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the declared ports of all containers that keep running (sidecars among the init containers too)."""
    for container in containers(spec):
        listed = container.get("ports")
        yield from (port for port in listed if isinstance(port, dict)) if isinstance(listed, list) else ()


def containers(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the containers of a pod that keep running."""
    for key in ("containers", "initContainers"):
        listed = spec.get(key)
        for container in listed if isinstance(listed, list) else ():
            if isinstance(container, dict) and (key == "containers" or container.get("restartPolicy") == "Always"):
                yield container


def _live(inventory: Inventory) -> Iterator[Pods]:
    """Yield pods. Those of one owner with equal labels are replicas of one template (their labels hold its hash): one stands for all."""
    last: dict[Any, Mapping[str, Any]] = {}
    seen = set()
    for resource in inventory.of("Pod"):
        if lookup(resource.data, ("status", "phase")) in FINISHED:
            continue
        owner, labels = owner_of(resource), plain(lookup(resource.data, ("metadata", "labels")))
        name = (owner.get("name"), owner.get("kind")) if owner else (resource.key.name, resource.key.kind)
        template = (resource.key.namespace, *map(str, name))
        if last.get(template) == labels:  # most are like the one before
            continue
        last[template] = labels
        replica = (template, tuple(labels.items()))
        if replica not in seen:
            seen.add(replica)
            yield _pods(resource, (), resource.data)


def _of_kind(inventory: Inventory, kind: str, pointer: Pointer, controllers: frozenset[tuple[Any, ...]]) -> Iterator[Pods]:
    for resource in inventory.of(kind):
        key = resource.key
        if (key.scope, key.namespace, key.kind, key.name) in controllers or _is_old(resource):
            continue
        holder = lookup(resource.data, pointer)
        if isinstance(holder, dict | Unknown):
            yield _pods(resource, pointer, holder)


def _pods(resource: Resource, pointer: Pointer, holder: Any) -> Pods:
    if isinstance(holder, Unknown):
        return Pods(_name(resource), _namespace(resource), resource, pointer, {}, {}, holder.cause, holder.cause)
    labels, spec = lookup(holder, ("metadata", "labels")), holder.get("spec")
    return Pods(
        _name(resource), _namespace(resource), resource, pointer,
        plain(labels), spec if isinstance(spec, dict) else {},
        _cause(labels) or _cause(holder.get("metadata")), _cause(spec),
    )  # fmt: skip


def plain(labels: Any) -> Mapping[str, Any]:
    """Return labels as texts, as the API server would have them; unknown values stay."""
    if not isinstance(labels, dict):
        return {}
    if all(isinstance(value, str) for value in labels.values()):
        return labels
    return {key: value if isinstance(value, Unknown) else str(value) for key, value in labels.items() if value is not None}


def _of_operators(inventory: Inventory, controllers: frozenset[tuple[Any, ...]]) -> Iterator[Pods]:
    for kind, row in table("operators")["operators"].items():
        for resource in inventory.of(kind):
            key = resource.key
            if (key.scope, key.namespace, key.kind, key.name) not in controllers:
                yield _operated(resource, row)


def _operated(resource: Resource, row: Mapping[str, Any]) -> Pods:
    """Return the pods that an operator makes for an object, with the labels that it is documented to give them."""
    key, space = resource.key, _namespace(resource)
    labels = {label: pattern.format(name=key.name, namespace=space) for label, pattern in row["labels"].items()}
    for path in row.get("inherits", ()):
        labels = {**plain(lookup(resource.data, tuple(path.split(".")))), **labels}
    declared = ports.unite(ports.of("TCP", port, port) for port in row["ports"])
    cause = f"{key.kind} {key.name} is run by an operator: its pods are not in the scan"
    return Pods(_name(resource), space, resource, (), labels, {}, None if row.get("whole") else cause, cause, declared)


def _controllers(inventory: Inventory) -> frozenset[tuple[Any, ...]]:
    """Return who is represented by what it controls: its pods, or the ReplicaSets and Jobs that have them."""
    found = set()
    for resource in inventory.of("Pod", "ReplicaSet", "Job", "StatefulSet"):
        owner = owner_of(resource)
        if owner is not None:
            found.add((resource.key.scope, resource.key.namespace, text(owner.get("kind")), text(owner.get("name"))))
    return frozenset(found)


def owner_of(resource: Resource) -> Mapping[str, Any] | None:
    """Return the owner reference that names a live object's controller, else its first one."""
    owners, first = lookup(resource.data, ("metadata", "ownerReferences")), None
    for owner in owners if isinstance(owners, list) else ():
        if isinstance(owner, dict):
            if owner.get("controller") is True:
                return owner
            first = owner if first is None else first
    return first


def _name(resource: Resource) -> str:
    owner = owner_of(resource) if resource.key.type == "Pod" else None
    name, kind = (owner.get("name"), owner.get("kind")) if owner else (resource.key.name, resource.key.kind)
    return f"{_namespace(resource)}/{name}[{kind}]"


def _namespace(resource: Resource) -> str:
    return resource.key.namespace or "default"


def _is_old(resource: Resource) -> bool:
    """Tell whether a ReplicaSet is an old revision, which has no pods any more."""
    return resource.key.type == "ReplicaSet" and lookup(resource.data, ("spec", "replicas")) == 0 and owner_of(resource) is not None


def _cause(value: Any) -> str | None:
    return value.cause if isinstance(value, Unknown) else None


def _protocol(port: Mapping[str, Any]) -> str:
    return (text(port.get("protocol")) or "TCP").upper()


def _one_port(port: Mapping[str, Any]) -> Ports:
    number = port.get("containerPort")
    return ports.of(_protocol(port), number, number) if isinstance(number, int) else ports.NONE


def declared_ports(pods: Pods) -> Ports:
    """Return the ports that the containers declare, or that an operator's kind is known to serve."""
    return ports.unite((pods.declared, *(_one_port(port) for port in container_ports(pods.spec))))
