"""Policies → facts, with the ways to more power that their statements open together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from scanner.model.place import Pointer
from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.views.statements.documents import Listed, Statement
from scanner.views.statements.holders import Policy

_LISTS = ("actions", "not_actions", "resources", "not_resources", "principals", "services", "federated")
_STATEMENT: Pointer = ("statement",)
_FIELDS = (*_LISTS, "effect", "conditions", "escalates")


def facts_of(policy: Policy) -> Iterator[Fact]:
    """Yield the facts of one policy; one with unknown fields for what nobody knows."""
    known = [one for one in policy.statements if not isinstance(one, Unknown)]
    for number, statement in enumerate(policy.statements):
        if isinstance(statement, Unknown):
            yield _fact(policy, number, dict.fromkeys(_FIELDS, statement), policy.pointer)
        else:
            yield _fact(policy, number, _data(statement, known), statement.pointer)


def _data(statement: Statement, all_of_them: list[Statement]) -> dict[str, Any]:
    data = statement._asdict()
    del data["pointer"]
    return {**data, "conditions": [one._asdict() for one in statement.conditions], "escalates": _escalations(statement, all_of_them)}


def _fact(policy: Policy, number: int, data: dict[str, Any], pointer: Pointer) -> Fact:
    """A statement of a document that nobody carries is placed in its block, any other at the attribute that carries it."""
    resource, at = policy.resource, policy.pointer or pointer
    fields = {} if policy.pointer else {name: (resource, (*pointer, name)) for name in (*_LISTS, "effect")}
    said = ((policy.document, _STATEMENT, "what it says"),) if policy.document is not None else ()
    data = {"kind": policy.kind, "holder": resource.key.address, **data}
    return Fact("statement", data, (resource.key.address, str(policy.pointer), str(number)), fields, ((resource, at, "the policy"), *said))


def _escalations(statement: Statement, all_of_them: Iterable[Statement]) -> list[str]:
    """Return the ways that begin with an action of this statement, on every resource, and whose other actions the policy allows too."""
    if not _reaches_all(statement):
        return []
    together = [one for one in all_of_them if _allows(one)]
    return [
        name
        for name, (first, *others) in table("aws_policies")["escalations"].items()
        if _covers(statement.actions, first) and all(any(_covers(one.actions, action) for one in together) for action in others)
    ]


def _allows(statement: Statement) -> bool:
    return isinstance(statement.effect, str) and statement.effect == "Allow" and not statement.conditions


def _reaches_all(statement: Statement) -> bool:
    resources = statement.resources
    return _allows(statement) and isinstance(resources, list) and any(isinstance(one, str) and one == "*" for one in resources)


def _covers(actions: Listed, action: str) -> bool:
    found = actions if isinstance(actions, list) else ()
    return any(isinstance(one, str) and _fits(action.lower(), one.lower()) for one in found)


def _fits(action: str, pattern: str) -> bool:
    """Tell whether an action fits a pattern of IAM, in which only ``*`` and ``?`` are special."""
    return action == pattern or fnmatchcase(action, pattern.replace("[", "[[]"))
