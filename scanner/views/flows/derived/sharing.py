"""Facts about what tenants share: ``tenancy`` (whose a namespace is), ``credential``, ``shared-volume`` and ``shared-store``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.views.flows import ports
from scanner.views.flows.derived import NAME
from scanner.views.flows.entries import spread
from scanner.views.flows.network import flows
from scanner.views.flows.pods import Pods, containers
from scanner.views.flows.scene import Scene
from scanner.views.flows.universe import bits
from scanner.views.flows.written import items, mapping, text

EXTERNAL = "ExternalSecret.external-secrets.io"
SECRET_KEYS = re.compile(r"(?i).*(pass|pwd|url|uri|dsn|connection|conn_?str|jdbc|key|token|secret).*")
USER_AT_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?P<user>[^:/@\s]+)(?::[^@/\s]*)?@(?P<host>[^/\s?]+)")
SHORTEST = 8
"""Characters below which an equal value is no sign of a shared credential."""


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


def credentials(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per credential that more than one tenant holds, at its first place; the others are steps."""
    yield from _shared("credential", [*_secrets(scene), *_external(scene), *_environment(scene), *_references(scene)])


def volumes(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per volume that more than one tenant mounts."""
    yield from _shared("shared-volume", [*_static_volumes(scene), *_claims(scene)])


def _shared(kind: str, uses: list[Use]) -> Iterator[Fact]:
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


def _tenant(scene: Scene, resource: Resource) -> str | None:
    own = scene.tenancy.labelled(mapping(lookup(resource.data, ("metadata", "labels"))))
    tenant = own[0][1] if own else scene.tenancy.party(resource.key.namespace or "default").tenant
    return str(tenant) if tenant is not None and not isinstance(tenant, Unknown) else None


def _secrets(scene: Scene) -> Iterator[Use]:
    """Equal values under names that speak of secrets: only a digest of the value is kept."""
    from base64 import b64encode
    from hashlib import sha256

    for secret in scene.inventory.of("Secret"):
        tenant = _tenant(scene, secret)
        for part in ("data", "stringData") if tenant else ():
            for key, value in mapping(secret.data.get(part)).items():
                if isinstance(value, str) and len(value) >= SHORTEST and SECRET_KEYS.fullmatch(key):
                    plain = value if part == "data" else b64encode(value.encode()).decode()
                    digest = sha256(plain.encode()).hexdigest()
                    yield Use(("value", digest), f"the value of {key} in {secret.key.address}", tenant or "", secret, (part, key))


def _external(scene: Scene) -> Iterator[Use]:
    for secret in scene.inventory.of(EXTERNAL):
        tenant = _tenant(scene, secret)
        store = str(lookup(secret.data, ("spec", "secretStoreRef", "name")))
        kind = str(lookup(secret.data, ("spec", "secretStoreRef", "kind")))
        scope = "" if kind == "ClusterSecretStore" else secret.key.namespace or "default"
        for path in ("data[*].remoteRef", "dataFrom[*].extract"):
            for pointer, reference in spread(mapping(secret.data.get("spec")), path.split(".")) if tenant else ():
                key, part = str(mapping(reference).get("key")), text(mapping(reference).get("property"))
                what = f"the secret {key}{f' ({part})' if part else ''} of store {store}"
                yield Use(("external", scope, store, key, part), what, tenant or "", secret, ("spec", *pointer, "key"))


def _environment(scene: Scene) -> Iterator[Use]:
    """A user of a server, written into an environment variable as part of a URL."""
    for pods, tenant in _tenants_pods(scene):
        for number, container in items(pods.spec.get("containers")):
            for place, variable in items(mapping(container).get("env")):
                found = USER_AT_HOST.match(text(mapping(variable).get("value")))
                if found:
                    user, host = found["user"], found["host"]
                    pointer = (*pods.template, "spec", "containers", number, "env", place, "value")
                    yield Use(("url", user, host), f"user {user} of {host}", tenant, pods.resource, pointer)


def _references(scene: Scene) -> Iterator[Use]:
    """One Secret that workloads of two tenants refer to, which is possible where they share a namespace."""
    for pods, tenant in _tenants_pods(scene):
        for number, container in items(pods.spec.get("containers")):
            base = (*pods.template, "spec", "containers", number)
            for path in ("env[*].valueFrom.secretKeyRef", "envFrom[*].secretRef"):
                for pointer, reference in spread(mapping(container), path.split(".")):
                    name = str(mapping(reference).get("name"))
                    what = f"Secret {pods.namespace}/{name}"
                    yield Use(("secret", pods.namespace, name), what, tenant, pods.resource, (*base, *pointer, "name"))


def _tenants_pods(scene: Scene) -> Iterator[tuple[Pods, str]]:
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
    for pods, tenant in _tenants_pods(scene):
        for number, volume in items(pods.spec.get("volumes")):
            name = lookup(volume, ("persistentVolumeClaim", "claimName"))
            if isinstance(name, str):
                pointer = (*pods.template, "spec", "volumes", number, "persistentVolumeClaim", "claimName")
                yield Use(("claim", pods.namespace, name), f"claim {pods.namespace}/{name}", tenant, pods.resource, pointer)


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
    return any("aclfile" in text or re.search(r"(?m)^\s*user\s+\S+\s+on\b", text) or "--user" in text for text in texts)
