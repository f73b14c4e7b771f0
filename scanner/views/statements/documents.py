"""Policy documents in one shape, whether they are JSON, encoded values or blocks of a data source.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.typed import Any, Iterable, Iterator, Mapping

GAP = "\ufffd"
_STRING_OR_GAP = pattern(rf'(?s)("(?:[^"\\]|\\.)*+")|{GAP}')
_JSON_KINDS = ("AWS", "Service", "Federated")
_IDENTIFIERS = tuple(
    f".{name} is {told}" for name in ("arn", "id", "account_id") for told in ("known after apply", "read from the platform")
)
Listed = list[Any] | Unknown
"""A list whose items may be unknown, or an unknown list."""


class Condition(NamedTuple):
    """One condition: all of a statement's must hold."""

    test: Any
    variable: Any
    values: Listed


class Statement(NamedTuple):
    """One statement. ``principals`` are those of AWS (``*`` is everyone).

    ``pointer`` leads to it in the resource that it is written in; ``places`` says where its fields, and items of them, stand below that.
    """

    pointer: Pointer
    places: Mapping[str, Pointer]
    sid: Any
    effect: Any
    actions: Listed
    not_actions: Listed
    resources: Listed
    not_resources: Listed
    principals: Listed
    services: Listed
    federated: Listed
    conditions: tuple[Condition, ...]


_KINDS = {"principals": ("AWS", "*"), "services": ("Service",), "federated": ("Federated",)}
_BLOCK_PLACES: dict[str, Pointer] = {
    **{name: (name,) for name in ("effect", "actions", "not_actions", "resources", "not_resources")},
    **dict.fromkeys(_KINDS, ("principals",)),
    "conditions": ("condition",),
}
_TEXT_PLACES: dict[str, Pointer] = {
    "effect": ("Effect",), "actions": ("Action",), "not_actions": ("NotAction",), "resources": ("Resource",),
    "not_resources": ("NotResource",), "principals": ("Principal", "AWS"), "services": ("Principal", "Service"),
    "federated": ("Principal", "Federated"), "conditions": ("Condition",),
}  # fmt: skip


def of_blocks(data: Mapping[str, Any]) -> list[Statement | Unknown]:
    """Return the statements of a ``data.aws_iam_policy_document``, with an unknown for those of which nobody knows."""
    blocks = data.get("statement")
    if isinstance(blocks, Unknown):
        return [blocks]
    found = enumerate(blocks if isinstance(blocks, list) else ())
    return [_of_block(one, ("statement", at)) if isinstance(one, dict) else one for at, one in found if isinstance(one, dict | Unknown)]


def _of_block(block: Mapping[str, Any], at: Pointer) -> Statement:
    principals = list(_principals(block))
    effect, but = block.get("effect"), block.get("not_principals")
    if isinstance(but, Unknown):
        principals.append(_Principal(but, but, ("not_principals",)))
    elif but and effect != "Deny":  # allowing everyone but somebody allows everyone
        principals.append(_Principal("AWS", "*", ("not_principals",)))
    kinds = {name: _of_kind(principals, *accepted) for name, accepted in _KINDS.items()}
    conditions = tuple(_condition(one) for one in _each(block.get("condition")) if isinstance(one, dict | Unknown))
    return Statement(
        pointer=at,
        places=_BLOCK_PLACES | {f"{name}[{number}]": one.at for name, found in kinds.items() for number, one in enumerate(found)},
        sid=block.get("sid"),
        effect="Allow" if effect in (None, "") else effect,
        actions=listed(block.get("actions")),
        not_actions=listed(block.get("not_actions")),
        resources=listed(block.get("resources")),
        not_resources=listed(block.get("not_resources")),
        principals=[one.identifier for one in kinds["principals"]],
        services=[one.identifier for one in kinds["services"]],
        federated=[one.identifier for one in kinds["federated"]],
        conditions=conditions,
    )


class _Principal(NamedTuple):
    kind: Any
    identifier: Any
    at: Pointer


def _principals(block: Mapping[str, Any]) -> Iterator[_Principal]:
    """Yield everyone whom the blocks name; who is unknown may be of any kind."""
    blocks = block.get("principals")
    if isinstance(blocks, Unknown):
        yield _Principal(blocks, blocks, ("principals",))
    for number, one in enumerate(blocks if isinstance(blocks, list) else ()):
        for item, identifier in enumerate(_each(one.get("identifiers")) if isinstance(one, dict) else ()):
            yield _Principal(one.get("type"), identifier, ("principals", number, "identifiers", item))


def _of_kind(principals: list[_Principal], *kinds: str) -> list[_Principal]:
    return [one for one in principals if one.kind in kinds or isinstance(one.kind, Unknown)]


def _condition(block: Mapping[str, Any] | Unknown) -> Condition:
    if isinstance(block, Unknown):
        return Condition(block, block, block)
    return Condition(block.get("test"), block.get("variable"), listed(block.get("values")))


def of_text(text: Any, at: Pointer) -> list[Statement | Unknown] | Unknown:
    """Return the statements of a policy that is JSON text, below its attribute's place; unknown where what it says is not known."""
    document = _read(text)
    if not isinstance(document, dict):
        return text if isinstance(text, Unknown) else []
    statements = _known(document.get("Statement"))
    if isinstance(statements, dict):
        return [_of_json(statements, (*at, "Statement"))]
    found: list[Statement | Unknown] = [
        one if isinstance(one, Unknown) else _of_json(one, (*at, "Statement", number))
        for number, one in enumerate(map(_known, statements) if isinstance(statements, list) else ())
        if isinstance(one, dict | Unknown)
    ]
    return [*found, statements] if isinstance(statements, Unknown) else found


def _read(text: Any) -> Any:
    """Return what a text encodes, with unknowns for its gaps; anything else where that is not known."""
    if isinstance(text, str):
        return _parsed(text)
    known = text.partial if isinstance(text, Unknown) else None
    return _with_gaps(_parsed(known), text) if isinstance(known, str) else known


def _parsed(text: str) -> Any:
    """Read JSON. A gap outside of strings stands for a value, or for several in a list: it is read as the text of a gap.

    A gap inside a string stands for text of that string. It could hold a quotation mark and more, but nobody writes policies so.
    """
    try:
        return json.loads(text if GAP not in text else _STRING_OR_GAP.sub(lambda found: found[1] or f'"{GAP}"', text))
    except (ValueError, RecursionError):
        return None


def _with_gaps(data: Any, cause: Unknown) -> Any:
    if isinstance(data, dict):
        return {key: _with_gaps(item, cause) for key, item in data.items()}
    if isinstance(data, list):
        return [_with_gaps(item, cause) for item in data]
    gap = isinstance(data, str) and GAP in data
    return Unknown(cause.cause, cause.origin, not_null=True, kind="string", partial=data) if gap else data


def _of_json(statement: Mapping[str, Any], at: Pointer) -> Statement:
    effect, but = _known(statement.get("Effect")), statement.get("NotPrincipal")
    kinds = _json_principals(_known(statement.get("Principal"))) if but is None or effect == "Deny" else {"AWS": "*"}
    return Statement(
        pointer=at,
        places=_TEXT_PLACES if but is None else {**_TEXT_PLACES, "principals": ("NotPrincipal",)},
        sid=statement.get("Sid"),
        effect="Allow" if effect is None else effect,  # AWS refuses one that says nothing; what is meant is plain
        actions=listed(statement.get("Action")),
        not_actions=listed(statement.get("NotAction")),
        resources=listed(statement.get("Resource")),
        not_resources=listed(statement.get("NotResource")),
        principals=listed(kinds.get("AWS")),
        services=listed(kinds.get("Service")),
        federated=listed(kinds.get("Federated")),
        conditions=tuple(_conditions(statement.get("Condition"))),
    )


def _json_principals(principal: Any) -> Mapping[str, Any]:
    if isinstance(principal, dict):
        return principal
    return dict.fromkeys(_JSON_KINDS, principal) if isinstance(principal, Unknown) else {"AWS": principal}


def _conditions(conditions: Any) -> Iterator[Condition]:
    if isinstance(conditions, Unknown):
        yield _condition(conditions)
    for test, variables in (conditions if isinstance(conditions, dict) else {}).items():
        if isinstance(variables, Unknown):
            yield Condition(test, variables, variables)
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
        return _named(value.partial, value.origin) if isinstance(value.partial, str) and not _open(value.partial) else value
    return value


def _named(text: str, origin: str | None) -> str:
    """Say whose the only gap of a text is."""
    return text.replace(GAP, f"({origin})") if origin and text.count(GAP) == 1 else text


def _open(text: str) -> bool:
    """Tell whether a text with gaps may turn out to be nothing but stars."""
    return GAP in text and not text.replace(GAP, "").strip("*")


def content(statements: Iterable[Statement | Unknown]) -> str:
    """Return what statements say, alike for all ways and orders in which that can be written."""
    return repr([_sorted(one._replace(pointer=(), places={})) if isinstance(one, Statement) else one for one in statements])


def _sorted(value: Any) -> Any:
    if isinstance(value, list | tuple):
        parts = [_sorted(item) for item in value]
        return sorted(map(repr, parts)) if type(value) is list else parts
    return value
