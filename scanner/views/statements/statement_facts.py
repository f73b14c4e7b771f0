"""Policies → facts, with the ways to more power that their statements open together."""

from __future__ import annotations

from scanner.model.glob import fits
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator
from scanner.views.statements.documents import Statement
from scanner.views.statements.holders import Policy, Said

_LISTS = ("actions", "not_actions", "resources", "not_resources", "principals", "services", "federated")
_FIELDS = (*_LISTS, "effect", "conditions", "escalates")


def facts_of(policy: Policy) -> Iterator[Fact]:
    """Yield the facts of one policy; one with unknown fields for what nobody knows."""
    known = [one.statement for one in policy.said if isinstance(one.statement, Statement)]
    for number, said in enumerate(policy.said):
        statement = said.statement
        data = _data(statement, known) if isinstance(statement, Statement) else dict.fromkeys(_FIELDS, statement)
        data = {"kind": policy.kind, "holder": policy.resource.key.address, **data}
        identity = (policy.resource.key.address, str(policy.pointer), str(number))
        yield Fact("statement", data, identity, _places(policy, said), _steps(policy, said))


def _data(statement: Statement, all_of_them: list[Statement]) -> dict[str, Any]:
    data = {name: value for name, value in statement._asdict().items() if name not in {"pointer", "places", "sid"}}
    return {**data, "conditions": [one._asdict() for one in statement.conditions], "escalates": _escalations(statement, all_of_them)}


def _places(policy: Policy, said: Said) -> dict[str, tuple[Resource, Pointer]]:
    """Return where the fields are written; what another resource says is placed where it is carried, by the first step."""
    statement = said.statement
    if said.by is not policy.resource or not isinstance(statement, Statement):
        return {}
    return {field: (said.by, (*statement.pointer, *below)) for field, below in statement.places.items()}


def _steps(policy: Policy, said: Said) -> tuple[tuple[Resource, Pointer, str], ...]:
    """Return the attribute that carries the policy, and the statement."""
    at = said.statement.pointer if isinstance(said.statement, Statement) else policy.pointer
    carried = ((policy.resource, policy.pointer, "the policy"),) if policy.pointer else ()
    return (*carried, (said.by, at, "what it says")) if said.by is not policy.resource or not carried else carried


def _escalations(statement: Statement, all_of_them: Iterable[Statement]) -> list[str]:
    """Return the ways that begin with an action of this statement, on every resource, and whose other actions the policy allows too."""
    if not _reaches_all(statement):
        return []
    together = [one for one in all_of_them if _allows(one)]
    return [
        name
        for name, (first, *others) in table("aws_policies")["escalations"].items()
        if _covers(statement, first) and all(any(_covers(one, action) for one in together) for action in others)
    ]


def _allows(statement: Statement) -> bool:
    return isinstance(statement.effect, str) and statement.effect == "Allow" and not statement.conditions


def _reaches_all(statement: Statement) -> bool:
    resources = statement.resources
    return _allows(statement) and isinstance(resources, list) and any(isinstance(one, str) and one == "*" for one in resources)


def _covers(statement: Statement, action: str) -> bool:
    """Tell whether a statement is about an action: it names it, or all but others."""
    if isinstance(statement.not_actions, list) and statement.not_actions:
        return not any(isinstance(one, Unknown) or _fits(action.lower(), str(one).lower()) for one in statement.not_actions)
    found = statement.actions if isinstance(statement.actions, list) else ()
    return any(isinstance(one, str) and _fits(action.lower(), one.lower()) for one in found)


def _fits(action: str, pattern: str) -> bool:
    """Tell whether an action fits a pattern of IAM, in which only ``*`` and ``?`` are special."""
    return action == pattern or fits(action, pattern.replace("[", "[[]"))
