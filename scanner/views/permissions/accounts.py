"""Service accounts in the field: which pods run as them, with a token or not, where tokens are kept, and who they are in a cloud."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping
from scanner.views.generated import stand_ins
from scanner.views.permissions.subjects import Subject, account

TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105 - the type of a Secret, no secret
ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name"
AUTOMOUNT = "automountServiceAccountToken"
CLOUD_IDENTITIES = {
    "azure.workload.identity/client-id": "azure",
    "eks.amazonaws.com/role-arn": "aws",
    "iam.gke.io/gcp-service-account": "gcp",
}
"""Annotations by which an account is somebody in a cloud. Source: the three providers' workload identity documentation, 2026-11."""


class Runner(NamedTuple):
    """A workload: its pod spec's place, the account it runs as, and whether the account's token is mounted.

    ``mounted_by`` is where that is said, None where nobody says it and Kubernetes mounts it.
    """

    resource: Resource
    spec: Pointer
    account: Subject | Unknown
    mounted: bool | Unknown
    mounted_by: tuple[Resource, Pointer] | None


class Field(NamedTuple):
    """All that one scope's files say about accounts, by namespace."""

    declared: Mapping[Subject, Resource]
    runners: tuple[Runner, ...]
    tokens: Mapping[str, Mapping[str, Subject]] = {}

    def clouds(self, subject: Subject) -> list[tuple[str, str]]:
        """Return provider and identity of each cloud that an account is somebody in."""
        resource = self.declared.get(subject)
        return [(provider, identity) for _, provider, identity in cloud_annotations(resource)] if resource is not None else []


def cloud_annotations(resource: Resource) -> list[tuple[str, str, str]]:
    """Return annotation, provider and identity of each cloud that a ServiceAccount says it is somebody in."""
    annotations = lookup(resource.data, ("metadata", "annotations"))
    known = annotations if isinstance(annotations, dict) else {}
    return [(key, provider, known[key]) for key, provider in CLOUD_IDENTITIES.items() if isinstance(known.get(key), str)]


def workload_types() -> Mapping[str, str]:
    """Return type → dotted path of the pod template, for every kind that carries one."""
    found: Mapping[str, str] = table("workloads")["templates"]
    return found


def fields(inventory: Inventory) -> dict[str | None, Field]:
    """Return what each scope says about accounts."""
    declared: dict[str | None, dict[Subject, Resource]] = {}
    for resource in inventory.of("ServiceAccount"):
        subject = account(resource.key.namespace or "default", resource.key.name)
        declared.setdefault(resource.key.scope, {}).setdefault(subject, resource)
    runners: dict[str | None, list[Runner]] = {}
    stood_for = inventory.derived(stand_ins)  # what a controller made runs as its template says, and is no workload more
    for type_name, path in workload_types().items():
        for resource in inventory.of(type_name):
            if id(resource) in stood_for:
                continue
            known = declared.get(resource.key.scope, {})
            runners.setdefault(resource.key.scope, []).append(_runner(resource, tuple(path.split(".")) if path else (), known))
    tokens = _tokens(inventory)
    scopes = {*declared, *runners, *tokens}
    return {scope: Field(declared.get(scope, {}), tuple(runners.get(scope, ())), tokens.get(scope, {})) for scope in scopes}


def _runner(resource: Resource, template: Pointer, declared: Mapping[Subject, Resource]) -> Runner:
    pointer = (*template, "spec")
    spec = lookup(resource.data, pointer)
    values = spec if isinstance(spec, dict) else {}
    name = spec if isinstance(spec, Unknown) else _account_of(values)
    subject = name if isinstance(name, Unknown) else account(resource.key.namespace or "default", str(name))
    mounted, place = _mounted(resource, pointer, values, declared.get(subject) if isinstance(subject, Subject) else None)
    return Runner(resource, pointer, subject, mounted, place)


def _account_of(spec: Mapping[str, Any]) -> Any:
    """Return the account that a pod names, the older word for it too."""
    return next((name for word in ("serviceAccountName", "serviceAccount") if (name := spec.get(word)) not in (None, "")), "default")


def _mounted(
    resource: Resource, pointer: Pointer, spec: Mapping[str, Any], owner: Resource | None
) -> tuple[bool | Unknown, tuple[Resource, Pointer] | None]:
    """Say whether a token is mounted: the pod's word counts before the account's; where neither says so, it is."""
    if spec.get(AUTOMOUNT) is not None:
        return _flag(spec[AUTOMOUNT]), (resource, (*pointer, AUTOMOUNT))
    if owner is not None and owner.data.get(AUTOMOUNT) is not None:
        return _flag(owner.data[AUTOMOUNT]), (owner, (AUTOMOUNT,))
    return True, None


def _flag(value: Any) -> bool | Unknown:
    return value if isinstance(value, Unknown) else value is not False


def _tokens(inventory: Inventory) -> dict[str | None, dict[str, dict[str, Subject]]]:
    found: dict[str | None, dict[str, dict[str, Subject]]] = {}
    for secret, subject in _token_secrets(inventory):
        found.setdefault(secret.key.scope, {}).setdefault(secret.key.namespace or "default", {})[secret.key.name] = subject
    return found


def _token_secrets(inventory: Inventory) -> Iterator[tuple[Resource, Subject]]:
    for secret in inventory.of("Secret"):
        name = lookup(secret.data, ("metadata", "annotations", ACCOUNT_ANNOTATION))
        type_name = secret.data.get("type", "" if secret.path else TOKEN_TYPE)  # a live Secret may have been listed by its metadata alone
        if type_name == TOKEN_TYPE and isinstance(name, str):
            yield secret, account(secret.key.namespace or "default", name)
