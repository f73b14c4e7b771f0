"""Fact ``shared-store``: a store that workloads of more than one tenant can reach."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.resource import Fact
from scanner.patterns import pattern
from scanner.typed import Iterator
from scanner.views.flows import ports
from scanner.views.flows.derived import NAME
from scanner.views.flows.network import flows
from scanner.views.flows.pods import Pods, containers
from scanner.views.flows.scene import Scene
from scanner.views.flows.universe import bits
from scanner.views.flows.written import items, mapping, text


def shared_stores(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per store that workloads of more than one tenant can reach."""
    reached: dict[int, set[str]] = {}
    for source, found in flows(scene.network):
        tenant = scene.traits(source).party.tenant
        if not isinstance(tenant, str):
            continue
        for allowed, destinations in found.items():
            for index in bits(destinations) if allowed != ports.NONE else ():
                if scene.traits(index).store:
                    reached.setdefault(index, set()).add(tenant)
    for index, tenants in sorted(reached.items()):
        for pods in scene.network.universe.classes[index].members if len(tenants) > 1 else ():
            data = {"store": scene.traits(index).store, "text": pods.name, "tenants": sorted(tenants), "users": _has_users(scene, pods)}
            place = (pods.resource, NAME)
            yield Fact("shared-store", data, (pods.name,), {"store": place}, ((*place, "the store"),))


def _has_users(scene: Scene, pods: Pods) -> bool:
    """Tell whether a Redis gives each client its own user: an ACL file or user lines, in arguments or mounted configuration."""
    texts = [str(word) for container in containers(pods.spec) for key in ("command", "args") for _, word in items(container.get(key))]
    for _, volume in items(pods.spec.get("volumes")):
        name = text(lookup(volume, ("configMap", "name"))) or text(lookup(volume, ("secret", "secretName")))
        for kind, part in (("ConfigMap", "data"), ("Secret", "stringData")):
            for resource in scene.inventory.named(kind, pods.namespace, name):
                texts += [str(text) for text in mapping(resource.data.get(part)).values()]
    return any("aclfile" in text or pattern(r"(?m)^\s*user\s+\S+\s+on\b").search(text) or "--user" in text for text in texts)
