"""Policy documents in one shape, whether they are JSON, encoded values or blocks of a data source.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown

GAP = "\ufffd"
_IDENTIFIERS = (".arn is known after apply", ".id is known after apply")
Listed = list[Any] | Unknown
"""A list whose items may be unknown, or an unknown list."""


class Condition(NamedTuple):
    """One condition: all of a statement's must hold."""

    test: Any
    variable: Any
    values: Listed


class Statement(NamedTuple):
    """One statement. ``principals`` are those of AWS (``*`` is everyone); ``pointer`` leads to it in the resource that it is written in."""

    pointer: Pointer
    effect: Any
    actions: Listed
    not_actions: Listed
    resources: Listed
    not_resources: Listed
    principals: Listed
    services: Listed
    federated: Listed
    conditions: tuple[Condition, ...]


def of_blocks(data: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of a ``data.aws_iam_policy_document``."""
    blocks = data.get("statement")
    found = blocks if isinstance(blocks, list) else []
    return [_of_block(block, ("statement", number)) for number, block in enumerate(found) if isinstance(block, dict)]


def _of_block(block: Mapping[str, Any], at: Pointer) -> Statement:
    principals = list(_principals(block))
    conditions = tuple(Condition(one.get("test"), one.get("variable"), listed(one.get("values"))) for one in _maps(block.get("condition")))
    return Statement(
        pointer=at,
        effect=block.get("effect") or "Allow",
        actions=listed(block.get("actions")),
        not_actions=listed(block.get("not_actions")),
        resources=listed(block.get("resources")),
        not_resources=listed(block.get("not_resources")),
        principals=_of_kind(principals, "AWS", "*"),
        services=_of_kind(principals, "Service"),
        federated=_of_kind(principals, "Federated"),
        conditions=conditions,
    )


def _principals(block: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    for one in _maps(block.get("principals")):
        for identifier in _each(one.get("identifiers")):
            yield one.get("type"), identifier


def _of_kind(principals: list[tuple[Any, Any]], *kinds: str) -> Listed:
    return [identifier for kind, identifier in principals if kind in kinds or isinstance(kind, Unknown)]


def _maps(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def of_text(text: Any, at: Pointer) -> list[Statement] | Unknown:
    """Return the statements of a policy that is JSON text, placed at its attribute; unknown where what it says is not known."""
    value = text
    if isinstance(text, Unknown):
        if text.partial is None:
            return text
        value = text.partial
    document = _parsed(value) if isinstance(value, str) else value
    if not isinstance(document, dict):
        return text if isinstance(text, Unknown) else []
    statements = document.get("Statement")
    if isinstance(statements, Unknown):
        return statements
    return [_of_json(one, at) for one in (statements if isinstance(statements, list) else [statements]) if isinstance(one, dict)]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_json(statement: Mapping[str, Any], at: Pointer) -> Statement:
    principal = statement.get("Principal")
    kinds = principal if isinstance(principal, dict) else {"AWS": principal}
    return Statement(
        pointer=at,
        effect=_known(statement.get("Effect")),
        actions=listed(statement.get("Action")),
        not_actions=listed(statement.get("NotAction")),
        resources=listed(statement.get("Resource")),
        not_resources=listed(statement.get("NotResource")),
        principals=listed(kinds.get("AWS")),
        services=listed(kinds.get("Service")),
        federated=listed(kinds.get("Federated")),
        conditions=tuple(_conditions(statement.get("Condition"))),
    )


def _conditions(conditions: Any) -> Iterator[Condition]:
    for test, variables in (conditions if isinstance(conditions, dict) else {}).items():
        for variable, values in (variables if isinstance(variables, dict) else {}).items():
            yield Condition(test, variable, listed(values))


def listed(value: Any) -> Listed:
    """Return one or many values as a list; what is only a gap is unknown."""
    found = _known(value)
    if isinstance(found, Unknown):
        return found
    return [_known(item) for item in (found if isinstance(found, list) else [] if found is None else [found])]


def _each(value: Any) -> list[Any]:
    found = listed(value)
    return [found] if isinstance(found, Unknown) else found


def _known(value: Any) -> Any:
    """Return a value that nobody knows as an unknown, and the identifier that a resource will have as a text: it is never a star."""
    if isinstance(value, Unknown):
        if value.cause.endswith(_IDENTIFIERS):
            return f"({value.origin})"
        return value.partial if isinstance(value.partial, str) and not _open(value.partial) else value
    return Unknown("a part of the policy is not known", kind="string") if isinstance(value, str) and _open(value) else value


def _open(text: str) -> bool:
    """Tell whether a text with gaps may turn out to be nothing but stars."""
    return GAP in text and not text.replace(GAP, "").strip("*")


def content(statements: list[Statement]) -> str:
    """Return what statements say, alike for all ways and orders in which that can be written."""
    return repr([_sorted(statement._replace(pointer=())) for statement in statements])


def _sorted(value: Any) -> Any:
    if isinstance(value, list | tuple):
        parts = [_sorted(item) for item in value]
        return sorted(map(repr, parts)) if type(value) is list else parts
    return value
