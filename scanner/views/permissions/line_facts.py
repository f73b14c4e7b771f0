"""``permission`` facts: each line of a binding that somebody wrote, with the role that it hands out."""

from __future__ import annotations

from scanner.inventory import Completeness
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.permissions.access import Access, Binding, Grant
from scanner.views.permissions.accounts import Field
from scanner.views.permissions.role_facts import COLLECTED, rules_of
from scanner.views.permissions.roles import Role
from scanner.views.permissions.subjects import Subject, shown
from scanner.views.permissions.tenants import Tenants


def permission_facts(access: Access, field: Field, tenants: Tenants, seen: Completeness) -> Iterator[Fact]:
    """Yield a fact per subject of each written binding, in their order, without the lines that every cluster has.

    ``subject`` {kind, name, namespace, text}; ``declared``: whether its service account exists, missing for users and groups; ``namespace``
    where it holds, missing in the whole cluster; ``tenant`` of that namespace; ``foreign``: whether the account is another tenant's;
    ``binding`` {kind, name}; ``role`` {kind, name, found, everything}, where ``found`` is unknown if the scan does not hold the role;
    ``rules`` as in ``role`` facts.
    """
    shared: dict[int, Any] = {}
    for binding in access.bindings:
        if binding.resource is None:
            continue
        rules = _rules(binding, shared)
        for position, subject in binding.subjects:
            if isinstance(subject, Unknown) or not Grant(binding, position, subject).default:
                fact = _fact(binding, binding.resource, position, subject, rules)
                if isinstance(subject, Subject) and subject.kind == "ServiceAccount":
                    fact.data["declared"] = _declared(subject, access, field, seen)
                    fact.data |= _tenancy(subject, binding.namespace, tenants)
                yield fact


def _declared(subject: Subject, access: Access, field: Field, seen: Completeness) -> bool | Unknown:
    built_in = any(grant.binding.resource is None for grant in access.grants[subject])
    if subject in field.declared or subject.name == "default" or built_in:
        return True
    if seen.cluster or subject.namespace in seen.namespaces:
        return False
    return Unknown(f"{subject} is not in the scan", str(subject))


def _tenancy(subject: Subject, namespace: str | None, tenants: Tenants) -> dict[str, Any]:
    tenant = tenants.of(namespace) if namespace is not None else None
    return {"tenant": tenant, "foreign": tenants.foreign(subject, namespace)} if namespace is not None and tenant is not None else {}


def line_pointer(position: int) -> Pointer:
    """Return where a binding names a subject."""
    return ("subjects", position, "name")


def _fact(binding: Binding, resource: Resource, position: int, subject: Subject | Unknown, rules: Any) -> Fact:
    line = line_pointer(position)
    data = {
        "subject": subject if isinstance(subject, Unknown) else shown(subject),
        "binding": {"kind": resource.type, "name": resource.key.name},
        "namespace": binding.namespace,
        "role": _role(binding),
        "rules": rules,
    }
    fields: dict[str, tuple[Resource, Pointer]] = dict.fromkeys(("subject", "declared", "tenant", "foreign"), (resource, line))
    fields |= {
        "role": (resource, ("roleRef",)),
        "binding": (resource, ("metadata", "name")),
        "namespace": (resource, ("metadata", "namespace")),
    }
    role = binding.role if isinstance(binding.role, Role) else None
    source = role.resource if role is not None else None
    if role is None or source is None:
        fields["rules"] = (resource, ("roleRef",))
    else:
        fields["rules"] = (source, COLLECTED if role.aggregated else ("rules",))
    return Fact("permission", data, (binding.address, str(subject)), fields, ())


def _role(binding: Binding) -> Any:
    ref, role = binding.ref, binding.role
    if ref is None:
        return role
    if not isinstance(role, Role):
        return {"kind": ref[0], "name": ref[2], "found": False if role is None else role, "everything": role}
    return {"kind": ref[0], "name": ref[2], "found": True, "everything": role.everything or _doubt(role)}


def _doubt(role: Role) -> Unknown | bool:
    return False if role.unknown is None else role.unknown


def _rules(binding: Binding, shared: dict[int, Any]) -> Any:
    """Return the role's rules, one list for all lines that hand it out."""
    role = binding.role
    if not isinstance(role, Role):
        return role
    if id(role) not in shared:
        shared[id(role)] = rules_of(role)
    return shared[id(role)]
