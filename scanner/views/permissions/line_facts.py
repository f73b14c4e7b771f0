"""``permission`` facts: each line of a binding that somebody wrote, with the role that it hands out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.views.permissions.access import Access, Binding, Grant
from scanner.views.permissions.role_facts import COLLECTED, written
from scanner.views.permissions.roles import Role
from scanner.views.permissions.subjects import Subject, shown


def permission_facts(access: Access) -> Iterator[Fact]:
    """Yield a fact per subject of each written binding, in their order, without the lines that every cluster has.

    ``subject`` {kind, name, namespace, text}; ``binding`` {kind, name}; ``namespace`` where it holds, missing in the whole cluster;
    ``role`` {kind, name, found, everything}, where ``found`` is unknown if the scan does not hold the role; ``rules`` as in ``role`` facts.
    """
    shared: dict[int, Any] = {}
    for binding in access.bindings:
        if binding.resource is None:
            continue
        rules = _rules(binding, shared)
        for position, subject in binding.subjects:
            if isinstance(subject, Unknown) or not Grant(binding, position, subject).default:
                yield _fact(binding, binding.resource, position, subject, rules)


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
    fields: dict[str, tuple[Resource, Pointer]] = {"subject": (resource, line), "role": (resource, ("roleRef",))}
    fields |= {"binding": (resource, ("metadata",)), "namespace": (resource, ("metadata",))}
    role = binding.role if isinstance(binding.role, Role) else None
    source = role.resource if role is not None else None
    if role is None or source is None:
        fields["rules"] = (resource, ("roleRef",))
    else:
        fields["rules"] = (source, COLLECTED if role.aggregated else ("rules",))
    return Fact("permission", data, (binding.address, str(subject)), fields, ((resource, line, ""),))


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
    if role.unknown is not None and not role.rules:
        return role.unknown
    if id(role) not in shared:
        shared[id(role)] = [written(rule) for rule in role.rules]
    return shared[id(role)]
