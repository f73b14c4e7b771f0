"""``role`` facts: each role that somebody wrote, as the cluster sees it, bound or not."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence
from scanner.views.permissions.access import Access
from scanner.views.permissions.cover import requests
from scanner.views.permissions.ground import Place
from scanner.views.permissions.policy import KEYS, Rule, Token, allows
from scanner.views.permissions.roles import Role, RoleKey, default_role

COLLECTED: Pointer = ("aggregationRule",)
"""Where an aggregated role is placed: it is to blame for what it collects, whatever is written in it."""


class Part(NamedTuple):
    """A rule, or what is left of it: its tokens by key, and for each the position in the rule as written."""

    rule: Rule
    tokens: Mapping[str, Sequence[tuple[int, Token]]]


def role_facts(access: Access) -> Iterator[Fact]:
    """Yield a fact per written role, in the order of the roles; of a built-in role that was changed, what was added to it.

    ``kind``, ``name``, ``namespace``, ``labels``; ``reach``: ``cluster`` for a ClusterRole, ``namespaces`` for one that only RoleBindings
    hand out, ``namespace`` for a Role; ``lines``: how many subjects have it; ``homes``: the namespaces it is handed out in; ``aggregated``;
    ``rules`` as written, of an aggregated role those that it collects.
    """
    reaches = _reaches(access)
    for role in access.roles:
        if role.resource is None:
            continue
        default = default_role(role.key)
        if default is None or role.aggregated:
            if default is None:
                yield _fact(role, role.resource, reaches.get(role.identity, {}))
        elif added := [part for rule in role.rules if (part := _beyond(rule, default)) is not None]:
            yield _changed(_fact(role, role.resource, reaches.get(role.identity, {})), role.resource, added)


def _reaches(access: Access) -> dict[tuple[RoleKey, int], dict[Place, int]]:
    """Return for each role how many lines hand it out, by place."""
    found: dict[tuple[RoleKey, int], dict[Place, int]] = {}
    for binding in access.bindings:
        if isinstance(binding.role, Role):
            counts = found.setdefault(binding.role.identity, {})
            counts[binding.namespace] = counts.get(binding.namespace, 0) + len(binding.subjects)
    return found


def _fact(role: Role, resource: Resource, lines: Mapping[Place, int]) -> Fact:
    reach = "namespace" if role.kind == "Role" else "namespaces" if lines and None not in lines else "cluster"
    data = {
        "kind": role.kind, "name": role.name, "namespace": role.namespace, "labels": lookup(resource.data, ("metadata", "labels")),
        "reach": reach, "lines": sum(lines.values()), "homes": sorted(home for home in lines if home is not None),
        "aggregated": role.aggregated, "rules": rules_of(role),
    }  # fmt: skip
    fields: dict[str, tuple[Resource, Pointer]] = {
        "name": (resource, ("metadata", "name")),
        "labels": (resource, ("metadata", "labels")),
        "rules": (resource, COLLECTED if role.aggregated else ("rules",)),
    }
    return Fact("role", data, (role.address,), fields, ())


def _beyond(rule: Rule, default: Role) -> Part | None:
    """Return what of a rule the built-in role does not allow; None where it allows all of it."""
    beyond = [asked for asked in requests(rule, default.namespace) if not any(allows(one, asked) for one in default.rules)]
    if not beyond:
        return None
    kept = {"verbs": {one.verb for one in beyond}, "nonResourceURLs": {one.url for one in beyond}}
    kept |= {"apiGroups": {one.group for one in beyond if not one.url}, "resources": {one.resource for one in beyond}}
    tokens = dict(zip(KEYS, rule[:5], strict=True))
    return Part(rule, {key: [(at, one) for at, one in enumerate(tokens[key]) if key not in kept or one in kept[key]] for key in KEYS})


def _changed(fact: Fact, resource: Resource, added: Sequence[Part]) -> Fact:
    """Let a fact speak of the added parts only, each token placed where it is written."""
    fact.data["rules"] = [{key: [token for _, token in tokens] for key, tokens in part.tokens.items() if tokens} for part in added]
    for index, part in enumerate(added):
        for key, tokens in part.tokens.items():
            fact.fields.update(
                {f"rules[{index}].{key}[{new}]": (resource, part.rule.pointer(key, old)) for new, (old, _) in enumerate(tokens)}
            )
        fact.fields[f"rules[{index}]"] = (resource, part.rule.pointer())
    return fact


def rules_of(role: Role) -> Any:
    """Return a role's rules as they are written; an Unknown, or one at the end, where there may be more."""
    known: list[Any] = [_written(rule) for rule in role.rules]
    if role.unknown is None:
        return known
    return [*known, Unknown(role.unknown.cause, role.unknown.origin, kind="items")] if known else role.unknown


def _written(rule: Rule) -> Any:
    if rule.resource is not None:
        return rule.resource.data["rules"][rule.position]
    return {key: list(tokens) for key, tokens in zip(KEYS, rule[:5], strict=True) if tokens}
