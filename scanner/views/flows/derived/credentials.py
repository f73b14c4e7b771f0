"""Fact ``credential``: something that gives access and that more than one tenant holds. No secret value is kept."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.resource import Fact
from scanner.patterns import pattern
from scanner.typed import Iterator
from scanner.views.flows.derived.sharing import Use, shared, tenant_of, tenants_pods
from scanner.views.flows.entries import spread
from scanner.views.flows.scene import Scene
from scanner.views.flows.written import items, mapping, text

EXTERNAL = "ExternalSecret.external-secrets.io"

SECRET_KEYS = pattern(r"(?i).*(pass|pwd|url|uri|dsn|connection|conn_?str|jdbc|key|token|secret).*")

USER_AT_HOST = pattern(r"[a-z][a-z0-9+.-]*://(?P<user>[^:/@\s]+)(?::[^@/\s]*)?@(?P<host>[^/\s?]+)")

SHORTEST = 8
"""Characters below which an equal value is no sign of a shared credential."""


def credentials(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per credential that more than one tenant holds, at its first place; the others are steps."""
    yield from shared("credential", [*_secrets(scene), *_external(scene), *_environment(scene), *_references(scene)])


def _secrets(scene: Scene) -> Iterator[Use]:
    """Equal values under names that speak of secrets: only a digest of the value is kept."""
    from base64 import b64encode
    from hashlib import sha256

    for secret in scene.inventory.of("Secret"):
        tenant = tenant_of(scene, secret)
        for part in ("data", "stringData") if isinstance(tenant, str) else ():
            for key, value in mapping(secret.data.get(part)).items():
                if isinstance(value, str) and len(value) >= SHORTEST and SECRET_KEYS.fullmatch(key):
                    plain = value if part == "data" else b64encode(value.encode()).decode()
                    digest = sha256(plain.encode()).hexdigest()
                    yield Use(("value", digest), f"the value of {key} in {secret.key.address}", str(tenant), secret, (part, key))


def _external(scene: Scene) -> Iterator[Use]:
    for secret in scene.inventory.of(EXTERNAL):
        tenant = tenant_of(scene, secret)
        store = str(lookup(secret.data, ("spec", "secretStoreRef", "name")))
        kind = str(lookup(secret.data, ("spec", "secretStoreRef", "kind")))
        scope = "" if kind == "ClusterSecretStore" else secret.key.namespace or "default"
        for path in ("data[*].remoteRef", "dataFrom[*].extract"):
            for pointer, reference in spread(mapping(secret.data.get("spec")), path.split(".")) if isinstance(tenant, str) else ():
                key, part = str(mapping(reference).get("key")), text(mapping(reference).get("property"))
                what = f"the secret {key}{f' ({part})' if part else ''} of store {store}"
                yield Use(("external", scope, store, key, part), what, str(tenant), secret, ("spec", *pointer, "key"))


def _environment(scene: Scene) -> Iterator[Use]:
    """A user of a server, written into an environment variable as part of a URL."""
    for pods, tenant in tenants_pods(scene):
        for number, container in items(pods.spec.get("containers")):
            for place, variable in items(mapping(container).get("env")):
                found = USER_AT_HOST.match(text(mapping(variable).get("value")))
                if found:
                    user, host = found["user"], found["host"]
                    pointer = (*pods.template, "spec", "containers", number, "env", place, "value")
                    yield Use(("url", user, host), f"user {user} of {host}", tenant, pods.resource, pointer)


def _references(scene: Scene) -> Iterator[Use]:
    """One Secret that workloads of two tenants refer to, which is possible where they share a namespace."""
    for pods, tenant in tenants_pods(scene):
        for number, container in items(pods.spec.get("containers")):
            base = (*pods.template, "spec", "containers", number)
            for path in ("env[*].valueFrom.secretKeyRef", "envFrom[*].secretRef"):
                for pointer, reference in spread(mapping(container), path.split(".")):
                    name = str(mapping(reference).get("name"))
                    what = f"Secret {pods.namespace}/{name}"
                    yield Use(("secret", pods.namespace, name), what, tenant, pods.resource, (*base, *pointer, "name"))
