"""Facts about what tenants share: ``tenancy`` (whose a namespace is), ``credential``, ``shared-volume`` and ``shared-store``."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping
from scanner.views.flows.derived import NAME
from scanner.views.flows.pods import Pods
from scanner.views.flows.scene import Scene
from scanner.views.flows.written import items, mapping, text


class Use(NamedTuple):
    """Something that gives access, and where a tenant holds it. ``what`` says it without any secret."""

    identity: tuple[str, ...]
    what: str
    tenant: str
    resource: Resource
    pointer: Pointer


def tenancies(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per namespace object, where tenants are declared at all."""
    if not scene.tenancy.declared:
        return
    for name, resource in sorted(scene.network.namespaces.resources.items()):
        labels = [str(value) for _, value in scene.tenancy.labelled(scene.network.namespaces.labels_of(name))]
        party = scene.tenancy.party(name)
        tenants = sorted({*labels, *([party.tenant] if isinstance(party.tenant, str) else [])})
        data = {"namespace": name, "tenants": tenants, "platform": party.platform, "system": scene.tenancy.is_system(name)}
        fields = {"tenants": (resource, ("metadata", "labels")), "namespace": (resource, NAME)}
        yield Fact("tenancy", data, (name,), fields, ((resource, NAME, "the namespace"),))


def volumes(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per volume that more than one tenant mounts."""
    yield from shared("shared-volume", [*_static_volumes(scene), *_claims(scene)])


def shared(kind: str, uses: list[Use]) -> Iterator[Fact]:
    """Yield one fact per thing that more than one tenant uses, at its first place; the others are steps."""
    by_identity: dict[tuple[str, ...], list[Use]] = {}
    for use in uses:
        by_identity.setdefault(use.identity, []).append(use)
    for same in by_identity.values():
        tenants = sorted({use.tenant for use in same})
        if len(tenants) > 1:
            steps = tuple((use.resource, use.pointer, f"tenant {use.tenant}") for use in same)
            data = {"what": same[0].what, "tenants": tenants, "first": same[0].resource.key.address}
            holders = sorted({use.resource.key.address for use in same})
            yield Fact(kind, data, (same[0].what, *holders), {"tenants": (same[0].resource, same[0].pointer)}, steps)


def tenant_of(scene: Scene, resource: Resource) -> str | Unknown | None:
    """Return whose an object is: its own label counts more than its namespace's."""
    own = scene.tenancy.labelled(mapping(lookup(resource.data, ("metadata", "labels"))))
    return own[0][1] if own else scene.tenancy.party(resource.key.namespace or "default").tenant


def tenants_pods(scene: Scene) -> Iterator[tuple[Pods, str]]:
    """Yield the workloads whose tenant is known."""
    for index, one in enumerate(scene.network.universe.classes):
        tenant = scene.traits(index).party.tenant
        if isinstance(tenant, str):
            yield from ((pods, tenant) for pods in one.members)


def _static_volumes(scene: Scene) -> Iterator[Use]:
    """One piece of storage behind the claims of two tenants."""
    for volume in scene.inventory.of("PersistentVolume"):
        spec = mapping(volume.data.get("spec"))
        claim = mapping(spec.get("claimRef"))
        space = text(claim.get("namespace")) or _claimed_by(scene, volume.key.name)
        tenant = scene.tenancy.party(str(space)).tenant if space else None
        for identity, pointer in _handles(spec) if isinstance(tenant, str) else ():
            yield Use(identity, f"volume {' '.join(identity[1:])}", str(tenant), volume, ("spec", *pointer))


def _handles(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Pointer]]:
    handle = lookup(spec, ("csi", "volumeHandle"))
    if isinstance(handle, str):
        yield ("volume", str(lookup(spec, ("csi", "driver"))), handle), ("csi", "volumeHandle")
    server, path = lookup(spec, ("nfs", "server")), lookup(spec, ("nfs", "path"))
    if isinstance(server, str):
        yield ("volume", server, str(path)), ("nfs", "path")


def _claimed_by(scene: Scene, name: str) -> str | None:
    found = [claim for claim in scene.inventory.of("PersistentVolumeClaim") if lookup(claim.data, ("spec", "volumeName")) == name]
    return found[0].key.namespace if found else None


def _claims(scene: Scene) -> Iterator[Use]:
    """One claim that workloads of two tenants mount in a namespace that they share."""
    for pods, tenant in tenants_pods(scene):
        for number, volume in items(pods.spec.get("volumes")):
            name = lookup(volume, ("persistentVolumeClaim", "claimName"))
            if isinstance(name, str):
                pointer = (*pods.template, "spec", "volumes", number, "persistentVolumeClaim", "claimName")
                yield Use(("claim", pods.namespace, name), f"claim {pods.namespace}/{name}", tenant, pods.resource, pointer)
