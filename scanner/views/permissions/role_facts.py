"""``role`` facts: each role that somebody wrote, as the cluster sees it, bound or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.views.permissions.access import Access
from scanner.views.permissions.cover import requests
from scanner.views.permissions.ground import Place
from scanner.views.permissions.policy import Rule, allows
from scanner.views.permissions.roles import Role, RoleKey, default_role

COLLECTED: Pointer = ("aggregationRule",)
"""Where an aggregated role is placed: it is to blame for what it collects, whatever is written in it."""


def role_facts(access: Access) -> Iterator[Fact]:
    """Yield a fact per written role, in the order of the roles; of a built-in role that was changed, what was added to it.

    ``kind``, ``name``, ``namespace``, ``labels``; ``reach``: ``cluster`` for a ClusterRole, ``namespaces`` for one that only RoleBindings
    hand out, ``namespace`` for a Role; ``lines``: how many subjects have it; ``homes``: the namespaces it is handed out in; ``aggregated``;
    ``rules`` as written, of an aggregated role those that it collects.
    """
    reaches = _reaches(access)
    for role in access.roles.values():
        added = _added(role)
        if role.resource is not None and (added or role.unknown is not None or not default_role(role.key)):
            yield _fact(role, role.resource, added, reaches.get(role.key, {}))


def _reaches(access: Access) -> dict[RoleKey, dict[Place, int]]:
    """Return for each role how many lines hand it out, by place."""
    found: dict[RoleKey, dict[Place, int]] = {}
    for binding in access.bindings:
        if binding.ref is not None:
            counts = found.setdefault(binding.ref, {})
            counts[binding.namespace] = counts.get(binding.namespace, 0) + len(binding.subjects)
    return found


def _added(role: Role) -> list[Rule]:
    default = default_role(role.key)
    if default is None:
        return list(role.rules)
    place = role.namespace
    return [rule for rule in role.rules if not all(any(allows(one, asked) for one in default.rules) for asked in requests(rule, place))]


def _fact(role: Role, resource: Resource, rules: list[Rule], lines: dict[Place, int]) -> Fact:
    reach = "namespace" if role.kind == "Role" else "namespaces" if lines and None not in lines else "cluster"
    data = {
        "kind": role.kind, "name": role.name, "namespace": role.namespace, "labels": (resource.data.get("metadata") or {}).get("labels"),
        "reach": reach, "lines": sum(lines.values()), "homes": sorted(home for home in lines if home is not None),
        "aggregated": role.aggregated, "rules": _written(role, rules),
    }  # fmt: skip
    fields: dict[str, tuple[Resource, Pointer]] = {
        "name": (resource, ("metadata", "name")),
        "labels": (resource, ("metadata", "labels")),
        "rules": (resource, COLLECTED if role.aggregated else ("rules",)),
    }
    if not role.aggregated and len(rules) != len(role.rules):
        fields |= {f"rules[{index}]": (resource, rule.pointer()) for index, rule in enumerate(rules)}
    return Fact("role", data, (role.address,), fields, ((resource, ("metadata", "name"), ""),))


def _written(role: Role, rules: list[Rule]) -> Any:
    known: list[Any] = [written(rule) for rule in rules]
    if role.unknown is None:
        return known
    return [*known, Unknown(role.unknown.cause, role.unknown.origin, kind="items")] if known else role.unknown


def written(rule: Rule) -> Any:
    """Return a rule as its role says it."""
    if rule.resource is not None:
        return rule.resource.data["rules"][rule.position]
    keys = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    return {key: list(tokens) for key, tokens in zip(keys, rule[:5], strict=True) if tokens}
