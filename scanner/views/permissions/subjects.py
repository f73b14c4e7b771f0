"""Whom bindings speak of. A service account is a user with a long name, and belonging to groups comes with being somebody."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Any

ACCOUNT_PREFIX = "system:serviceaccount:"
ACCOUNTS = "system:serviceaccounts"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"
_KINDS = ("User", "Group", "ServiceAccount")


class Subject(NamedTuple):
    """A user, a group or a service account, printed as ``User:NAME``, ``Group:NAME`` or ``ServiceAccount:NAMESPACE/NAME``."""

    kind: str
    name: str
    namespace: str | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}" if self.namespace is not None else f"{self.kind}:{self.name}"


def shown(subject: Subject) -> dict[str, Any]:
    """Return a subject as facts show it."""
    return {"kind": subject.kind, "name": subject.name, "namespace": subject.namespace, "text": str(subject)}


def account(namespace: str, name: str) -> Subject:
    """Return the service account of this name."""
    return Subject("ServiceAccount", name, namespace)


def group(name: str) -> Subject:
    """Return the group of this name."""
    return Subject("Group", name)


def user(name: str) -> Subject:
    """Return the user of this name; a user named as the API server names a service account is that account."""
    namespace, colon, account_name = name.removeprefix(ACCOUNT_PREFIX).partition(":")
    if name.startswith(ACCOUNT_PREFIX) and colon and namespace and account_name and ":" not in account_name:
        return account(namespace, account_name)
    return Subject("User", name)


def spoken(text: str) -> Subject:
    """Read ``User:NAME``, ``Group:NAME`` or ``ServiceAccount:NAMESPACE/NAME``; raise ValueError where it is none of these."""
    kind, colon, name = text.partition(":")
    namespace, slash, account_name = name.partition("/")
    if not colon or not name or kind not in _KINDS or (kind == "ServiceAccount" and not (slash and namespace and account_name)):
        raise ValueError(text)
    if kind == "ServiceAccount":
        return account(namespace, account_name)
    return user(name) if kind == "User" else group(name)


def bound(item: Any, namespace: str | None) -> Subject | Unknown | None:
    """Read one entry of a binding's ``subjects``; ``namespace`` is the binding's, where an account that names none lives.

    None where the entry binds nobody: another kind, no name, or an account without a namespace in a ClusterRoleBinding.
    """
    if isinstance(item, Unknown):
        return item
    if not isinstance(item, dict):
        return None
    kind, name, home = item.get("kind"), item.get("name"), item.get("namespace")
    home = namespace if home in (None, "") else home
    for value in (kind, name, home):
        if isinstance(value, Unknown):
            return value
    if not isinstance(name, str) or not name:
        return None
    if kind == "ServiceAccount":
        return account(home, name) if isinstance(home, str) else None
    return user(name) if kind == "User" else group(name) if kind == "Group" else None


def groups_of(subject: Subject) -> tuple[Subject, ...]:
    """Return the groups that somebody is in without anybody having said so, the narrowest first.

    Source: kubernetes v1.37.2, staging/src/k8s.io/apiserver/pkg/authentication (serviceaccount/util.go, group/*.go).
    """
    return tuple(group(name) for name in _group_names(subject))


def _group_names(subject: Subject) -> tuple[str, ...]:
    if subject.kind == "ServiceAccount":
        return (f"{ACCOUNTS}:{subject.namespace}", ACCOUNTS, AUTHENTICATED)
    if subject.kind == "Group":
        return _wider(subject.name)
    return (UNAUTHENTICATED if subject.name == ANONYMOUS else AUTHENTICATED,)


def _wider(name: str) -> tuple[str, ...]:
    if name in {AUTHENTICATED, UNAUTHENTICATED}:
        return ()
    return (ACCOUNTS, AUTHENTICATED) if name.startswith(f"{ACCOUNTS}:") else (AUTHENTICATED,)
