"""Roles as the cluster sees them: written ones, built-in ones, and aggregated ones as the sum of what they collect."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator, Mapping
from scanner.views.permissions.aggregation import Collectors, Source, nearest, selectors_of
from scanner.views.permissions.policy import Rule, parsed

RoleKey = tuple[str, str | None, str]
"""Kind (Role, ClusterRole), namespace (None for a ClusterRole) and name."""


class Role(NamedTuple):
    """A role and all that it allows. ``resource`` is None for a built-in one; ``variant`` counts the roles of the same key.

    Where ``aggregated``, the rules are those of the roles that its selectors collect (each says its own role), never its own;
    ``unknown`` says why there may be more of them.
    """

    kind: str
    namespace: str | None
    name: str
    rules: tuple[Rule, ...]
    resource: Resource | None = None
    aggregated: bool = False
    unknown: Unknown | None = None
    variant: int = 0

    @property
    def everything(self) -> bool:
        """Whether it allows every verb on every resource of every group."""
        return any("*" in rule.verbs and "*" in rule.groups and "*" in rule.resources and not rule.names for rule in self.rules)

    @property
    def key(self) -> RoleKey:
        """What bindings refer to."""
        return (self.kind, self.namespace, self.name)

    @property
    def identity(self) -> tuple[RoleKey, int]:
        """What tells it from every other role."""
        return (self.key, self.variant)

    @property
    def address(self) -> str:
        """What people call it."""
        return self.resource.key.address if self.resource else address_of(self.kind, self.namespace, self.name)

    @property
    def path(self) -> str:
        """The file it is written in; empty for a built-in one."""
        return self.resource.path if self.resource else ""


class Roles:
    """All roles of a cluster. A key may have several variants, written in several files; a binding means the nearest."""

    def __init__(self, roles: Iterable[Role]) -> None:
        self._by_key: dict[RoleKey, list[Role]] = {}
        for role in roles:
            variants = self._by_key.setdefault(role.key, [])
            variants.append(role._replace(variant=len(variants)))

    def __iter__(self) -> Iterator[Role]:
        """Yield every role, the variants of a key together, in the order in which keys came first."""
        for variants in self._by_key.values():
            yield from variants

    def find(self, key: RoleKey, path: str = "") -> Role | None:
        """Return the role of a key that is written nearest to a path, or None."""
        variants = self._by_key.get(key)
        return nearest(variants, path) if variants else None


def address_of(kind: str, namespace: str | None, name: str) -> str:
    """Return the address of a Kubernetes object that is in no file."""
    return f"kubernetes:{namespace or '-'}/{kind}/{name}"


def resolved(written: Iterable[Resource], *, defaults: bool, complete: bool) -> Roles:
    """Return all roles of a cluster, the written ones first.

    ``defaults`` adds the built-in ones that are not written; ``complete`` says that no role exists beyond these.
    """
    resources = list(written)
    roles = [_role(resource) for resource in resources if resource.type == "Role"]
    sources = [_source(resource) for resource in resources if resource.type == "ClusterRole"]
    if defaults:
        default_sources, default_roles = _defaults()
        keys, names = {role.key for role in roles}, {source.name for source in sources}
        roles += [role for role in default_roles if role.key not in keys]
        sources += [source for source in default_sources if source.name not in names]
    collectors = Collectors(sources)
    return Roles([*roles, *(_cluster_role(source, collectors, complete) for source in sources)])


def default_role(key: RoleKey) -> Role | None:
    """Return the built-in role of this kind, namespace and name as it is in a new cluster, or None."""
    return _default_roles().find(key) if key[2] in _default_names() else None


@cache
def _default_names() -> frozenset[str]:
    known = table("rbac_builtin")
    return frozenset(row["name"] for row in (*known["cluster_roles"], *known["roles"]))


@cache
def _default_roles() -> Roles:
    return resolved((), defaults=True, complete=True)


def _role(resource: Resource) -> Role:
    rules, unknown = _rules(resource)
    return Role("Role", resource.key.namespace, resource.key.name, rules, resource, unknown=unknown)


def _rules(resource: Resource) -> tuple[tuple[Rule, ...], Unknown | None]:
    rules = resource.data.get("rules")
    return parsed(rules, resource.key.address, resource), rules if isinstance(rules, Unknown) else None


def _source(resource: Resource) -> Source:
    rules, unknown = _rules(resource)
    labels = lookup(resource.data, ("metadata", "labels"))
    return Source(resource.key.name, labels, selectors_of(resource.data.get("aggregationRule")), rules, resource, unknown)


def _cluster_role(source: Source, collectors: Collectors, complete: bool) -> Role:
    role = Role("ClusterRole", None, source.name, source.rules, source.resource, unknown=source.unknown)
    if source.selectors is None:
        return role
    if isinstance(source.selectors, Unknown):
        return role._replace(rules=(), aggregated=True, unknown=source.selectors)
    leaves = collectors.leaves(source.selectors, source.path)
    doubts = [why for why in (collectors.doubt, *(leaf.unknown for leaf in leaves)) if why is not None]
    if not leaves and not complete:
        doubts.append(Unknown(f"no role in the scan carries the labels that {role.address} collects", role.address))
    rules = tuple(rule for leaf in leaves for rule in leaf.rules)
    return role._replace(rules=rules, aggregated=True, unknown=doubts[0] if doubts else None)


@cache
def _defaults() -> tuple[tuple[Source, ...], tuple[Role, ...]]:
    known = table("rbac_builtin")
    sources = tuple(_default_source(row) for row in known["cluster_roles"])
    roles = tuple(Role("Role", row["namespace"], row["name"], _default_rules("Role", row)) for row in known["roles"])
    return sources, roles


def _default_source(row: Mapping[str, Any]) -> Source:
    return Source(row["name"], row.get("labels"), row.get("selectors"), _default_rules("ClusterRole", row))


def _default_rules(kind: str, row: Mapping[str, Any]) -> tuple[Rule, ...]:
    return parsed(row["rules"], address_of(kind, row.get("namespace"), row["name"]))
