"""What runs against what is declared: objects that no source declares, fields that differ from their source, sources that do not run.

Works on files and clusters together: resources with a cluster's scope are live, all others are sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanner.config import Config
from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer, dotted
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown

FACTS = ("deployment",)
ACROSS = True
LIVE = "cluster:"
READS = frozenset(
    {
        "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "DaemonSet", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job",
        "NetworkPolicy", "Pod", "PodDisruptionBudget", "Role", "RoleBinding", "Service", "ServiceAccount", "StatefulSet",
    }
)  # fmt: skip
"""Kinds that people declare; what others of them come from is found by their owner."""
_SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease", "gatekeeper-system", "calico-system", "tigera-operator"})
_MADE_BY_KUBERNETES = frozenset({("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt"), ("Service", "kubernetes")})
_OWN_BUSINESS = frozenset({"status", "managedFields", "annotations", "resourceVersion", "uid", "generation", "creationTimestamp"})
_SECURITY = frozenset(
    {
        "securityContext", "image", "hostNetwork", "hostPID", "hostIPC", "hostPath", "serviceAccountName", "automountServiceAccountToken",
        "rules", "subjects", "roleRef", "podSelector", "ingress", "egress", "policyTypes", "capabilities", "privileged",
    }
)  # fmt: skip


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - the seam's signature
    """Return one fact per object: state ``declared``, ``drifted``, ``undeclared`` or ``not-deployed``; none where a side is missing."""
    objects = [one for one in inventory.of(*sorted(READS)) if one.key.provider == "kubernetes"]
    live, sources = [one for one in objects if _is_live(one)], [one for one in objects if not _is_live(one)]
    if not live or not sources:
        return ()
    declared = {(one.key.type, one.key.namespace, one.key.name): one for one in sources}
    found = [_of(one, declared.get((one.key.type, one.key.namespace, one.key.name))) for one in live if is_ours(one)]
    running = {(one.key.type, one.key.namespace, one.key.name) for one in live}
    return [*found, *(_missing(one) for key, one in declared.items() if key not in running)]


def _is_live(resource: Resource) -> bool:
    return (resource.key.scope or "").startswith(LIVE)


def is_ours(resource: Resource) -> bool:
    """Tell whether a live object is one that somebody declares: not a system's, and not made by a controller."""
    if resource.key.namespace in _SYSTEM_NAMESPACES or (resource.key.type, resource.key.name) in _MADE_BY_KUBERNETES:
        return False
    labels = lookup(resource.data, ("metadata", "labels"))
    bootstrapped = isinstance(labels, dict) and labels.get("kubernetes.io/bootstrapping") is not None
    owners = lookup(resource.data, ("metadata", "ownerReferences"))
    return not bootstrapped and not resource.key.name.startswith("system:") and not owners


def _of(live: Resource, source: Resource | None) -> Fact:
    if source is None:
        return _fact(live, "undeclared", (), _tracker(live))
    differing = tuple(differences(source.data, live.data))
    return _fact(live, "drifted" if differing else "declared", differing, manager_of(live, differing))


def _missing(source: Resource) -> Fact:
    return _fact(source, "not-deployed", (), None)


def _fact(resource: Resource, state: str, differing: tuple[Pointer, ...], manager: str | None) -> Fact:
    secure = [pointer for pointer in differing if _SECURITY.intersection(map(str, pointer))]
    first = (secure or differing or ((),))[0]
    data = {
        "state": state,
        "type": resource.key.kind,
        "namespace": resource.key.namespace,
        "name": resource.key.name,
        "fields": [dotted(pointer) for pointer in differing],
        "security_fields": [dotted(pointer) for pointer in secure],
        "manager": manager,
    }
    fields = {"state": (resource, first), "fields": (resource, first), "security_fields": (resource, first)}
    return Fact("deployment", data, (resource.key.scope or "", resource.key.address, state), fields, ((resource, first, state),))


def differences(source: Any, live: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield where a live value differs from what the source declares; what the source leaves to the server is no difference."""
    if isinstance(source, Unknown) or source is None:
        return
    if isinstance(source, dict):
        for key, value in source.items():
            if key not in _OWN_BUSINESS:
                yield from differences(value, live.get(key) if isinstance(live, dict) else None, (*at, key))
    elif isinstance(source, list):
        yield from _list_differences(source, live, at)
    elif not _same(source, live):
        yield at


def _list_differences(source: list[Any], live: Any, at: Pointer) -> Iterator[Pointer]:
    if not isinstance(live, list) or len(live) != len(source):
        if source or live:
            yield at
        return
    named = {item.get("name"): item for item in live if isinstance(item, dict) and item.get("name") is not None}
    for number, item in enumerate(source):
        twin = named.get(item.get("name"), live[number]) if isinstance(item, dict) else live[number]
        yield from differences(item, twin, (*at, number))


def _same(source: Any, live: Any) -> bool:
    """Compare scalars as the server writes them: ``0.5`` CPU comes back as ``500m``, false and empty values may not come back at all."""
    if source == live or (source in (False, "", 0) and live is None):
        return True
    return str(source) == str(live) or (_amount(source) is not None and _amount(source) == _amount(live))


def _amount(value: Any) -> float | None:
    units = {"m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    text = str(value)
    digits = text.rstrip("mkMGTKi")
    try:
        return float(digits) * units.get(text[len(digits) :], 1)
    except ValueError:
        return None


def manager_of(resource: Resource, pointers: Iterable[Pointer]) -> str | None:
    """Return who last wrote one of the fields, by ``metadata.managedFields``; None where the server does not say."""
    for entry in lookup(resource.data, ("metadata", "managedFields")) or ():
        if any(_owns(entry.get("fieldsV1"), pointer) for pointer in pointers):
            return str(entry.get("manager"))
    return None


def _owns(fields: Any, pointer: Pointer) -> bool:
    for part in pointer:
        if not isinstance(fields, Mapping) or not isinstance(part, str):
            break
        if f"f:{part}" not in fields:
            return False
        fields = fields[f"f:{part}"]
    return isinstance(fields, Mapping)


def _tracker(resource: Resource) -> str | None:
    """Name what says that it manages an object that no scanned source declares: a Helm release or an Argo CD application."""
    annotations = lookup(resource.data, ("metadata", "annotations"))
    labels = lookup(resource.data, ("metadata", "labels"))
    said = {**(labels if isinstance(labels, dict) else {}), **(annotations if isinstance(annotations, dict) else {})}
    keys = (
        "argocd.argoproj.io/tracking-id",
        "argocd.argoproj.io/instance",
        "meta.helm.sh/release-name",
        "kustomize.toolkit.fluxcd.io/name",
    )
    return next((str(said[key]) for key in keys if said.get(key)), None)
