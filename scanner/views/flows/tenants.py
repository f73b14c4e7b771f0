"""Whose a namespace or workload is: its tenant, its environment, and whether it belongs to the platform."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import Any, Mapping
from scanner.views.flows.namespaces import Namespaces
from scanner.views.flows.pods import Pods
from scanner.views.flows.written import items, mapping


class Party(NamedTuple):
    """Who somebody is. ``tenant`` and ``environment`` are None where there is none; ``platform`` is no tenant's."""

    tenant: str | Unknown | None
    environment: str | Unknown | None
    platform: bool


class Tenancy:
    """The conventions that hold, and what they say of each namespace; asked once per namespace."""

    def __init__(self, config: Config, namespaces: Namespaces) -> None:
        self.namespaces = namespaces
        known, said = table("tenancy"), config.tenants
        self._labels = tuple(str(label) for _, label in items(said.get("labels"))) or tuple(known["labels"])
        self._listed = {str(tenant): [str(glob) for _, glob in items(globs)] for tenant, globs in mapping(said.get("namespaces")).items()}
        self._platform = (*known["platform"], *(str(glob) for _, glob in items(said.get("platform"))))
        self._system = tuple(known["system"])
        self._environments = _environments(config)
        self._others: set[str] = set()  # keys of labels that name no tenant
        self._parties: dict[str, Party] = {}
        self._systems: dict[str, bool] = {}
        self.declared = bool(said) or any(self.labelled(labels) for labels in namespaces.labels.values())

    def party(self, name: str) -> Party:
        """Return who a namespace is."""
        found = self._parties.get(name)
        if found is None:
            found = self._parties[name] = Party(self._tenant(name), self._environment(name), self.is_platform(name))
        return found

    def of_pods(self, pods: Pods) -> Party:
        """Return who a workload is: its own label counts more than its namespace's."""
        party = self.party(pods.namespace)
        own = self.labelled(pods.labels)
        return party._replace(tenant=own[0][1]) if own else party

    def labelled(self, labels: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return the labels that name a tenant, in the order of the conventions, each tenant once."""
        if labels.keys() <= self._others:  # ten thousand pods have the same few
            return []
        found = [(key, value) for label in self._labels for key, value in labels.items() if key == label or key.rpartition("/")[2] == label]
        self._others.update(labels.keys() - dict(found).keys())
        return list(dict(found).items())

    def is_platform(self, name: str) -> bool:
        """Tell whether a namespace is the platform's: no tenant lists or labels it, and its name says so."""
        return not self._listed_tenant(name) and not self.labelled(self.namespaces.labels_of(name)) and _fits(name, self._platform)

    def is_system(self, name: str) -> bool:
        """Tell whether Kubernetes or a distribution runs a namespace itself."""
        found = self._systems.get(name)
        if found is None:
            found = self._systems[name] = _fits(name, self._system)
        return found

    def _listed_tenant(self, name: str) -> str | None:
        return next((tenant for tenant, globs in self._listed.items() if _fits(name, tuple(globs))), None)

    def _tenant(self, name: str) -> str | Unknown | None:
        listed = self._listed_tenant(name)
        found = self.labelled(self.namespaces.labels_of(name))
        if listed or found:
            value = listed or found[0][1]
            return value if isinstance(value, Unknown) else str(value)
        cause = self.namespaces.cause(name)
        return Unknown(cause) if cause and self.declared and not _fits(name, self._platform) else None

    def _environment(self, name: str) -> str | Unknown | None:
        labels, words = self._environments
        for label in labels:
            value = self.namespaces.labels_of(name).get(label)
            if value is not None:
                return value if isinstance(value, Unknown) else words.get(str(value).lower(), str(value))
        parts = pattern(r"[-_.]").split(name)
        return words.get(parts[-1]) or words.get(parts[0])


def _fits(name: str, globs: tuple[str, ...]) -> bool:
    return any(fits(name, glob) for glob in globs)


def _environments(config: Config) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return the labels that name an environment, and word → canonical name, the organisation's own first."""
    known = table("tenancy")["environments"]
    labels = tuple(str(label) for _, label in items(config.environments.get("labels"))) or tuple(known["labels"])
    own = {str(word): str(name) for name, words in mapping(config.environments.get("words")).items() for _, word in items(words)}
    return labels, {**known["words"], **own}
