"""Roles as the cluster sees them: written ones, built-in ones, and aggregated ones as the sum of what they collect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from scanner.inventory import lookup
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.views.permissions.policy import Rule, parsed

RoleKey = tuple[str, str | None, str]
"""Kind (Role, ClusterRole), namespace (None for a ClusterRole) and name."""


class Role(NamedTuple):
    """A role and all that it allows. ``resource`` is None for a built-in one.

    Where ``aggregated``, the rules are those of the roles that its selectors collect (each says its own role), never its own;
    ``unknown`` says why these cannot be known.
    """

    kind: str
    namespace: str | None
    name: str
    rules: tuple[Rule, ...]
    resource: Resource | None = None
    aggregated: bool = False
    unknown: Unknown | None = None

    @property
    def everything(self) -> bool:
        """Whether it allows every verb on every resource of every group."""
        return any("*" in rule.verbs and "*" in rule.groups and "*" in rule.resources and not rule.names for rule in self.rules)

    @property
    def key(self) -> RoleKey:
        """What bindings refer to."""
        return (self.kind, self.namespace, self.name)

    @property
    def address(self) -> str:
        """What people call it."""
        return self.resource.key.address if self.resource else address_of(self.kind, self.namespace, self.name)


class _Source(NamedTuple):
    """A ClusterRole as written, before aggregation. ``selectors`` is None where it collects nothing."""

    name: str
    labels: Any
    selectors: Any
    rules: tuple[Rule, ...]
    resource: Resource | None
    unknown: Unknown | None = None


def address_of(kind: str, namespace: str | None, name: str) -> str:
    """Return the address of a Kubernetes object that is in no file."""
    return f"kubernetes:{namespace or '-'}/{kind}/{name}"


def resolved(written: Iterable[Resource], *, defaults: bool, complete: bool) -> dict[RoleKey, Role]:
    """Return all roles of a cluster by key; where one is written twice, the first holds.

    ``defaults`` adds the built-in ones that are not written; ``complete`` says that no role exists beyond these.
    """
    roles: dict[RoleKey, Role] = {}
    sources: dict[str, _Source] = {}
    for resource in written:
        if resource.type == "ClusterRole":
            sources.setdefault(resource.key.name, _source(resource))
        else:
            role = _namespaced(resource)
            roles.setdefault(role.key, role)
    if defaults:
        default_sources, default_roles = _defaults()
        sources = {source.name: source for source in default_sources} | sources
        roles = {role.key: role for role in default_roles} | roles
    collectors = _Collectors(sources)
    for source in sources.values():
        role = Role("ClusterRole", None, source.name, source.rules, source.resource, unknown=source.unknown)
        roles[role.key] = role if source.selectors is None else _sum(role, source, collectors, complete)
    return roles


def _namespaced(resource: Resource) -> Role:
    rules = resource.data.get("rules")
    unknown = rules if isinstance(rules, Unknown) else None
    return Role("Role", resource.key.namespace, resource.key.name, parsed(rules, resource.key.address, resource), resource, unknown=unknown)


def _source(resource: Resource) -> _Source:
    rules = resource.data.get("rules")
    unknown = rules if isinstance(rules, Unknown) else None
    selectors = _selectors(resource.data.get("aggregationRule"))
    labels = lookup(resource.data, ("metadata", "labels"))
    return _Source(resource.key.name, labels, selectors, parsed(rules, resource.key.address, resource), resource, unknown)


def _selectors(aggregation: Any) -> Any:
    """Return the selectors of an aggregation, None where there is no aggregation."""
    if aggregation is None or isinstance(aggregation, Unknown):
        return aggregation
    found = aggregation.get("clusterRoleSelectors") if isinstance(aggregation, dict) else None
    return found if isinstance(found, list | Unknown) else []


@cache
def _defaults() -> tuple[tuple[_Source, ...], tuple[Role, ...]]:
    known = table("rbac_builtin")
    sources = tuple(_default_source(row) for row in known["cluster_roles"])
    roles = tuple(Role("Role", row["namespace"], row["name"], _default_rules("Role", row)) for row in known["roles"])
    return sources, roles


def default_role(key: RoleKey) -> Role | None:
    """Return the built-in role of this kind, namespace and name as it is in a new cluster, or None."""
    return _default_index().get(key)


@cache
def _default_index() -> dict[RoleKey, Role]:
    return resolved((), defaults=True, complete=True)


def _default_source(row: Mapping[str, Any]) -> _Source:
    return _Source(row["name"], row.get("labels"), row.get("selectors"), _default_rules("ClusterRole", row), None)


def _default_rules(kind: str, row: Mapping[str, Any]) -> tuple[Rule, ...]:
    return parsed(row["rules"], address_of(kind, row.get("namespace"), row["name"]))


class _Collectors:
    """Finds the ClusterRoles that a selector collects, by label and not by looking at all of them."""

    def __init__(self, sources: Mapping[str, _Source]) -> None:
        self.sources = sources
        self.carriers: dict[tuple[str, Any], list[str]] = {}
        self.unknown: Unknown | None = None
        for source in sources.values():
            if isinstance(source.labels, Unknown):
                self.unknown = self.unknown or source.labels
            elif isinstance(source.labels, dict):
                for label, value in source.labels.items():
                    if isinstance(value, str):
                        self.carriers.setdefault((label, value), []).append(source.name)

    def leaves(self, selectors: Sequence[Any], owner: str) -> list[_Source]:
        """Return the roles that are collected, through other collecting roles too, without these, sorted by name."""
        seen, waiting = {owner}, self._collected(selectors)
        found = []
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            source = self.sources[name]
            if isinstance(source.selectors, list):
                waiting |= self._collected(source.selectors)
            else:
                found.append(source)
        return sorted(found, key=lambda source: source.name)

    def _collected(self, selectors: Sequence[Any]) -> set[str]:
        return {name for selector in selectors if isinstance(selector, dict) for name in self._matching(selector)}

    def _matching(self, selector: Mapping[str, Any]) -> list[str]:
        labels = selector.get("matchLabels")
        pairs = list(labels.items()) if isinstance(labels, dict) else []
        names = self.carriers.get(pairs[0], ()) if pairs and isinstance(pairs[0][1], str) else () if pairs else self.sources
        return [name for name in names if selects(selector, self.sources[name].labels)]


def selects(selector: Mapping[str, Any], labels: Any) -> bool:
    """Tell whether a label selector (``matchLabels``, ``matchExpressions``) matches; an empty one matches everything."""
    known = labels if isinstance(labels, dict) else {}
    equal = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or []
    return all(known.get(key) == value for key, value in equal.items()) and all(_holds(one, known) for one in expressions)


def _holds(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    value, values = labels.get(expression.get("key", "")), expression.get("values") or []
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            return False


def _sum(role: Role, source: _Source, collectors: _Collectors, complete: bool) -> Role:
    if isinstance(source.selectors, Unknown):
        return role._replace(rules=(), aggregated=True, unknown=source.selectors)
    leaves = collectors.leaves(source.selectors, source.name)
    unknown = collectors.unknown or next((leaf.unknown for leaf in leaves if leaf.unknown is not None), None)
    if not leaves and not complete and unknown is None:
        unknown = Unknown(f"no role in the scan carries the labels that {role.address} collects", role.address)
    rules = tuple(rule for leaf in leaves for rule in leaf.rules)
    return role._replace(rules=rules, aggregated=True, unknown=unknown)
