"""The ground that takeovers walk on: everybody who can be somebody, what each is granted where, and who stands together."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Mapping, Sequence
from scanner.views.permissions.access import Access, Binding, Grant
from scanner.views.permissions.accounts import Field, Runner
from scanner.views.permissions.powers import Power, Powers, Vocabulary, in_namespaces
from scanner.views.permissions.roles import Role
from scanner.views.permissions.subjects import ACCOUNTS, Subject, group
from scanner.views.permissions.techniques import Atom

CLUSTER = Subject("ClusterRole", "cluster-admin")
"""Who holds everything. A subject of kind Role or ClusterRole is whoever holds that role, in its namespace or in the whole cluster."""

Place = str | None
"""A namespace, or None for the whole cluster."""

Held = dict[Atom, list[tuple[Grant, Power]]]
"""Atom → the grants that hold it, a subject's own before those of its groups."""


class Crowd(NamedTuple):
    """Everybody of a kind in a place: ``accounts``, ``running``, ``tokens``, ``users``, ``groups`` or ``roles``."""

    kind: str
    place: Place


class Ground:
    """One cluster's subjects, answered from indexes."""

    def __init__(self, access: Access, field: Field, vocabulary: Vocabulary) -> None:
        self.access = access
        self.field = field
        self.vocabulary = vocabulary
        self._crowds = _crowds(access, field)
        self._named: dict[str, list[Subject]] = {}
        for subject in self.crowd(Crowd("accounts", None)):
            self._named.setdefault(subject.name, []).append(subject)

    def crowd(self, crowd: Crowd) -> Sequence[Subject]:
        """Return who is in a crowd, sorted; every namespace has accounts, whether they are known or not."""
        unknown = (group(f"{ACCOUNTS}:{crowd.place}"),) if crowd.kind == "accounts" and crowd.place else ()
        return self._crowds.get(crowd, unknown)

    def accounts_named(self, name: str, place: Place) -> list[Subject]:
        """Return the service accounts of a name, in a namespace or in all."""
        return [one for one in self._named.get(name, ()) if place in {None, one.namespace} and one.kind == "ServiceAccount"]

    def pods_named(self, name: str, place: Place) -> list[Subject]:
        """Return the accounts of the pods that may have a name: a Pod's own, or one that a StatefulSet numbers."""
        return [
            runner.account
            for runner in self.field.runners
            if isinstance(runner.account, Subject) and place in {None, runner.account.namespace} and _called(runner, name)
        ]

    def tokens_named(self, name: str, place: Place) -> list[Subject]:
        """Return the accounts whose token is in a Secret of a name."""
        return [found[name] for home, found in sorted(self.field.tokens.items()) if place in {None, home} and name in found]

    def grants(self, subject: Subject) -> list[Grant]:
        """Return the lines of a subject and of its groups; whoever holds a role has the one line that says so."""
        if subject.kind not in {"Role", "ClusterRole"}:
            return list(self.access.of(subject))
        key = (subject.kind, subject.namespace if subject.kind == "Role" else None, subject.name)
        role = self.access.roles.find(key)
        return [Grant(Binding("", subject.namespace, role, key, ()), 0, subject)] if role is not None else []

    def holds(self, subject: Subject) -> dict[Place, Held]:
        """Return what a subject holds, by place; a namespace's share is on top of the cluster's (None), which is always there."""
        found: dict[Place, Held] = {None: {}}
        for grant in self.grants(subject):
            for atom, powers in self.powers(grant).items():
                if grant.binding.namespace is None or in_namespaces(atom):
                    share = found.setdefault(grant.binding.namespace, {})
                    share.setdefault(atom, []).extend((grant, power) for power in powers)
        return found

    def powers(self, grant: Grant) -> Powers:
        """Return the powers that a line grants."""
        role = grant.binding.role
        return self.vocabulary.of(role) if isinstance(role, Role) else {}

    def all_powerful(self, subject: Subject) -> Grant | None:
        """Return the line that grants everything in the whole cluster, or None."""
        return next((grant for grant in self.grants(subject) if grant.binding.namespace is None and grant.everything), None)


def _called(runner: Runner, name: str) -> bool:
    own, kind = runner.resource.key.name, runner.resource.key.type
    stem, _, number = name.rpartition("-")
    return (kind == "Pod" and own == name) or (kind == "StatefulSet" and own == stem and number.isdigit())


def _crowds(access: Access, field: Field) -> Mapping[Crowd, Sequence[Subject]]:
    found: dict[Crowd, set[Subject]] = {}
    running = [one.account for one in field.runners if one.mounted is True and isinstance(one.account, Subject)]
    kept = [subject for secrets in field.tokens.values() for subject in secrets.values()]
    accounts = {*running, *kept, *field.declared, *(subject for subject in access.grants if subject.kind == "ServiceAccount")}
    for kind, members in (("accounts", accounts), ("running", running), ("tokens", kept)):
        _fill(found, kind, members)
    for namespace in {subject.namespace for subject in accounts}:
        found.setdefault(Crowd("accounts", namespace), set()).add(group(f"{ACCOUNTS}:{namespace}"))
    found.setdefault(Crowd("accounts", None), set()).add(group(ACCOUNTS))
    _fill(found, "roles", (Subject("Role", role.name, role.namespace) for role in access.roles if role.kind == "Role"))
    for kind, crowd in (("User", "users"), ("Group", "groups")):
        found[Crowd(crowd, None)] = {subject for subject in access.grants if subject.kind == kind}
    return {crowd: sorted(members, key=str) for crowd, members in found.items()}


def _fill(found: dict[Crowd, set[Subject]], kind: str, members: Iterable[Subject]) -> None:
    for subject in members:
        found.setdefault(Crowd(kind, None), set()).add(subject)
        found.setdefault(Crowd(kind, subject.namespace), set()).add(subject)
