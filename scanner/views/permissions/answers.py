"""What people ask about permissions: what may this subject do, and who may do this."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Iterable, Iterator
from scanner.views.permissions.access import Access, Grant
from scanner.views.permissions.policy import Request, Rule, Token, allows, unknown_in
from scanner.views.permissions.roles import Role
from scanner.views.permissions.subjects import Subject
from scanner.views.permissions.techniques import split

Via = tuple[str, ...]
"""The addresses that lead to a permission: the binding, its role, and the role that an aggregated one collected it from."""


class Permission(NamedTuple):
    """One verb on one resource (stars as written) or on one path; ``namespace`` is None in the whole cluster, ``names`` None for all."""

    verb: str
    group: str | None
    resource: str | None
    names: tuple[str, ...] | None
    namespace: str | None
    url: str | None
    via: Via


class Holder(NamedTuple):
    """A subject that may do what was asked, in ``namespace`` or (None) in the whole cluster."""

    subject: Subject
    namespace: str | None
    via: Via


class Doubt(NamedTuple):
    """A subject that is granted something that cannot be known, and why."""

    subject: Subject
    namespace: str | None
    via: Via
    cause: str


def request(verb: str, resource: str, name: str = "") -> Request:
    """Read a verb and ``RESOURCE[.GROUP][/SUBRESOURCE]``, or a path that begins with a slash.

    A built-in resource that lives in one group outside the core needs no group: ``deployments`` means ``deployments.apps``.
    """
    if resource.startswith("/"):
        return Request(verb, url=resource)
    group, path = split(resource)
    known = [one for one, rows in table("rbac_builtin")["resources"].items() if path in (*rows["namespaced"], *rows["cluster"])]
    return Request(verb, group or (known[0] if len(known) == 1 else ""), path, name)


def permissions(access: Access, subject: Subject) -> tuple[list[Permission], list[Doubt]]:
    """Return all that a subject may do, its implied groups' share included, sorted, and the grants that cannot be known."""
    rows: set[Permission] = set()
    doubts: set[Doubt] = set()
    for grant in access.of(subject):
        rows.update(row for rule in grant.rules for row in _rows(rule, grant))
        causes = [why for why in (grant.unknown, *(unknown_in(rule) for rule in grant.rules)) if why is not None]
        if causes:
            doubts.add(Doubt(subject, grant.binding.namespace, via(grant), causes[0].cause))
    return sorted(rows, key=_order), sorted(doubts, key=_order)


def who_can(access: Access, request: Request, namespace: str | None = None) -> tuple[list[Holder], list[Doubt]]:
    """Return every line of a binding that allows the request, sorted, and those of which nobody knows.

    With a namespace only what holds there; without one every namespace's answer, each in its row.
    """
    holders: set[Holder] = set()
    doubts: set[Doubt] = set()
    for binding in access.bindings:
        if (namespace and binding.namespace not in {None, namespace}) or (request.url and binding.namespace is not None):
            continue
        for index, subject in binding.subjects:
            if isinstance(subject, Unknown):
                continue
            grant = Grant(binding, index, subject)
            rule = next((one for one in grant.rules if allows(one, request)), None)
            if rule is not None:
                holders.add(Holder(subject, binding.namespace, via(grant, rule)))
            elif (cause := grant.perhaps(request)) is not None:
                doubts.add(Doubt(subject, binding.namespace, via(grant), cause.cause))
    return sorted(holders, key=_order), sorted(doubts, key=_order)


def via(grant: Grant, rule: Rule | None = None) -> Via:
    """Return the addresses that a grant comes through, down to the role that the rule is written in."""
    role = grant.binding.role
    if not isinstance(role, Role):
        return (grant.binding.address,)
    chain = (grant.binding.address, role.address)
    return chain if rule is None or rule.role == role.address else (*chain, rule.role)


def _rows(rule: Rule, grant: Grant) -> Iterator[Permission]:
    namespace, chain = grant.binding.namespace, via(grant, rule)
    names = tuple(_known(rule.names)) or None
    for verb in _known(rule.verbs):
        for group in _known(rule.groups):
            for resource in _known(rule.resources):
                yield Permission(verb, group, resource, names, namespace, None, chain)
        if namespace is None:
            for url in _known(rule.urls):
                yield Permission(verb, None, None, None, None, url, chain)


def _known(tokens: Iterable[Token]) -> list[str]:
    return [token for token in tokens if isinstance(token, str)]


def _order(row: Permission | Holder | Doubt) -> tuple[tuple[bool, str], ...]:
    return tuple((value is not None, str(value or "")) for value in row)
