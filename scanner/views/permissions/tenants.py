"""Whose a namespace is, as far as bindings across tenants ask: by configuration, by its labels, or the platform's by its name."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory, lookup
from scanner.model.glob import fits
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Mapping
from scanner.views.permissions.subjects import Subject

Tenant = str | Unknown | None


class Tenants:
    """The conventions of ``tenants`` in plumbrule.yaml, else of the table ``tenancy``; asked once per namespace."""

    def __init__(self, inventory: Inventory, config: Config, scope: str | None) -> None:
        known, said = table("tenancy"), config.tenants
        self.inventory = inventory
        self.scope = scope
        self._labels = _texts(said.get("labels")) or _texts(known["labels"])
        self._platform = _texts(said.get("platform")) or _texts(known["platform"])
        listed = said.get("namespaces")
        self._listed = {str(name): _texts(globs) for name, globs in listed.items()} if isinstance(listed, dict) else {}
        self._known: dict[str, Tenant] = {}

    def of(self, namespace: str) -> Tenant:
        """Return a namespace's tenant, None where it is nobody's, an Unknown where the scan does not hold it."""
        if namespace not in self._known:
            named = next((name for name, globs in self._listed.items() if _fits(namespace, globs)), None)
            self._known[namespace] = named or self._labelled(namespace)
        return self._known[namespace]

    def foreign(self, subject: Subject, namespace: str) -> bool | Unknown:
        """Tell whether a service account is neither of the namespace's tenant nor of the platform."""
        home = subject.namespace or namespace
        if home == namespace or _fits(home, self._platform):
            return False
        theirs, ours = self.of(home), self.of(namespace)
        if theirs is None:
            return Unknown(f"Namespace {home} is neither a tenant's nor listed as the platform's", f"Namespace {home}")
        doubt = next((tenant for tenant in (theirs, ours) if isinstance(tenant, Unknown)), None)
        return theirs != ours if doubt is None else doubt

    def _labelled(self, namespace: str) -> Tenant:
        found = [one for one in self.inventory.named("Namespace", None, namespace) if one.key.scope == self.scope]
        if not found:
            return Unknown(f"Namespace {namespace} is not in the scan", f"Namespace {namespace}")
        labels = lookup(found[0].data, ("metadata", "labels"))
        return _tenant(labels, self._labels) if isinstance(labels, dict) else labels


def _tenant(labels: Mapping[str, Any], names: tuple[str, ...]) -> Tenant:
    found = (labels[key] for name in names for key in labels if name in {key, key.rpartition("/")[2]})
    return next((value for value in found if isinstance(value, str | Unknown)), None)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _fits(namespace: str, globs: tuple[str, ...]) -> bool:
    return any(fits(namespace, glob) for glob in globs)
