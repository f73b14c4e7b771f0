"""Who is granted what: bindings resolved to roles and subjects, one picture per cluster, overlay, release or plain set of files."""

from __future__ import annotations

from scanner.inventory import Completeness, Inventory, lookup
from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator, Mapping, Sequence
from scanner.views.permissions.policy import Request, Rule, allows, perhaps
from scanner.views.permissions.roles import Role, RoleKey, Roles, address_of, resolved
from scanner.views.permissions.subjects import Subject, bound, groups_of

ROLES = ("Role", "ClusterRole")
BINDINGS = ("RoleBinding", "ClusterRoleBinding")
LIVE = "cluster:"


class Binding(NamedTuple):
    """A binding with its role found; ``namespace`` is None where it holds in the whole cluster.

    ``role`` is None where there is no such role, an Unknown where the scan does not hold it. ``subjects`` are those that it binds, each
    with its place in the list.
    """

    address: str
    namespace: str | None
    role: Role | Unknown | None
    ref: RoleKey | None
    subjects: tuple[tuple[int, Subject | Unknown], ...]
    resource: Resource | None = None


class Grant(NamedTuple):
    """One subject's line in a binding."""

    binding: Binding
    position: int
    subject: Subject

    @property
    def default(self) -> bool:
        """Whether every cluster has this line."""
        return (self.binding.address, self.subject) in _default_lines()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What the line allows as far as it is known."""
        return self.binding.role.rules if isinstance(self.binding.role, Role) else ()

    @property
    def everything(self) -> bool:
        """Whether it allows everything where it holds."""
        return isinstance(self.binding.role, Role) and self.binding.role.everything

    @property
    def unknown(self) -> Unknown | None:
        """Why it may allow more than that, or None."""
        role = self.binding.role
        return role.unknown if isinstance(role, Role) else role

    def perhaps(self, request: Request) -> Unknown | None:
        """Return why the line might allow what it does not surely allow, or None."""
        return perhaps(self.rules, request) if self.unknown is None else self.unknown


class Access(NamedTuple):
    """One cluster's permissions. ``grants`` lists each subject's lines, in the order of the bindings, built-in ones last.

    ``scope`` is the evaluation that the objects come from, as in ``Key.scope``.
    """

    scope: str | None
    roles: Roles
    bindings: Sequence[Binding]
    grants: Mapping[Subject, Sequence[Grant]]

    def of(self, subject: Subject) -> Iterator[Grant]:
        """Yield a subject's lines, its own first, then those of the groups that it is in."""
        yield from self.grants.get(subject, ())
        for group in groups_of(subject):
            yield from self.grants.get(group, ())


def pictures(inventory: Inventory) -> list[Access]:
    """Return one picture per scope that has roles or bindings, sorted by scope; plain files (no scope) come first."""
    by_scope: dict[str | None, list[Resource]] = {}
    for resource in inventory.of(*ROLES, *BINDINGS):
        by_scope.setdefault(resource.key.scope, []).append(resource)
    plain = by_scope.get(None, [])
    return [_picture(scope, by_scope[scope], plain, inventory.completeness) for scope in sorted(by_scope, key=lambda scope: scope or "")]


def empty_picture() -> Access:
    """Return the picture of a cluster in which nobody has written anything yet."""
    return _picture(None, [], [], Completeness())


def _picture(scope: str | None, objects: Sequence[Resource], plain: Sequence[Resource], seen: Completeness) -> Access:
    live = (scope or "").startswith(LIVE)
    whole = live or seen.cluster
    shared = () if scope is None or live else plain
    roles = resolved((one for one in (*objects, *shared) if one.type in ROLES), defaults=not live, complete=whole)
    written = [_binding(one, roles, whole, seen.namespaces) for one in objects if one.type in BINDINGS]
    names = {binding.address for binding in written}
    defaults = [] if live else [binding for binding in _defaults(roles) if binding.address not in names]
    bindings = [*written, *defaults]
    return Access(scope, roles, bindings, _by_subject(bindings))


def _by_subject(bindings: Iterable[Binding]) -> dict[Subject, list[Grant]]:
    found: dict[Subject, list[Grant]] = {}
    for binding in bindings:
        for index, subject in binding.subjects:
            if isinstance(subject, Subject):
                found.setdefault(subject, []).append(Grant(binding, index, subject))
    return found


def _binding(resource: Resource, roles: Roles, whole: bool, homes: frozenset[str]) -> Binding:
    namespace = resource.key.namespace if resource.type == "RoleBinding" else None
    ref = _reference(resource, namespace)
    role: Role | Unknown | None = ref if isinstance(ref, Unknown) else roles.find(ref, resource.path)
    if role is None and not isinstance(ref, Unknown) and not (whole or (ref[0] == "Role" and namespace in homes)):
        role = Unknown(f"{ref[0]} {ref[2]} is not in the scan", address_of(*ref))
    listed = resource.data.get("subjects")
    items = listed if isinstance(listed, list) else [listed] if isinstance(listed, Unknown) else []
    found = ((index, bound(item, namespace)) for index, item in enumerate(items))
    subjects = tuple((index, subject) for index, subject in found if subject is not None)
    return Binding(resource.key.address, namespace, role, None if isinstance(ref, Unknown) else ref, subjects, resource)


def _reference(resource: Resource, namespace: str | None) -> RoleKey | Unknown:
    kind, name = (lookup(resource.data, ("roleRef", key)) for key in ("kind", "name"))
    doubt = next((value for value in (kind, name) if isinstance(value, Unknown)), None)
    return (str(kind), namespace if kind == "Role" else None, str(name)) if doubt is None else doubt


def _defaults(roles: Roles) -> list[Binding]:
    return [binding._replace(role=roles.find(binding.ref)) for binding in _default_bindings() if binding.ref]


@cache
def _default_bindings() -> tuple[Binding, ...]:
    known = table("rbac_builtin")
    return tuple(
        _default_binding(kind, row)
        for kind, rows in (("ClusterRoleBinding", "cluster_role_bindings"), ("RoleBinding", "role_bindings"))
        for row in known[rows]
    )


def _default_binding(kind: str, row: Mapping[str, Any]) -> Binding:
    namespace = row.get("namespace")
    ref = (row["role"]["kind"], namespace if row["role"]["kind"] == "Role" else None, row["role"]["name"])
    subjects = tuple((index, bound(item, namespace)) for index, item in enumerate(row["subjects"]))
    known = tuple((index, subject) for index, subject in subjects if subject is not None)
    return Binding(address_of(kind, namespace, row["name"]), namespace, None, ref, known)


@cache
def _default_lines() -> frozenset[tuple[str, Subject | Unknown]]:
    return frozenset((binding.address, subject) for binding in _default_bindings() for _, subject in binding.subjects)


def permitted(access: Access, subject: Subject, request: Request, namespace: str | None) -> bool | Unknown:
    """Tell whether a subject may do something, in a namespace or (None) in the whole cluster; Unknown where a missing role decides."""
    grants = [grant for grant in access.of(subject) if _holds(grant, request, namespace)]
    if any(allows(rule, request) for grant in grants for rule in grant.rules):
        return True
    return next((why for grant in grants if (why := grant.perhaps(request)) is not None), False)


def _holds(grant: Grant, request: Request, namespace: str | None) -> bool:
    home = grant.binding.namespace
    return home is None or (home == namespace and not request.url)
