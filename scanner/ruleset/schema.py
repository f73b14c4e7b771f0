"""The JSON Schema of rule files, made from the vocabulary and the table of operators, so that editors complete and check them."""

from __future__ import annotations

from scanner.ruleset.completeness import NEEDS
from scanner.ruleset.examples import FILES
from scanner.ruleset.operands import SCALARS
from scanner.ruleset.operators import OPERATORS, STRUCTURAL
from scanner.ruleset.ranges import LEVELS
from scanner.ruleset.remedies import VERBS
from scanner.ruleset.vocabulary import EXAMPLE_KINDS, OTHERS, RELATIONS, TEXTS, TYPES, Text
from scanner.typed import Any, Mapping

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": "array", "items": TEXT}
ONE_OR_MORE: Schema = {"anyOf": [TEXT, WORDS]}
CONDITION: Schema = {"$ref": "#/$defs/condition"}
BLOCK: Schema = {"$ref": "#/$defs/block"}
OPERAND: Schema = {"$ref": "#/$defs/operand"}


def rule_schema() -> Schema:
    """Return the schema of a rule file."""
    target = _target()
    properties = {key: _text(text) for key, text in TEXTS.items()} | _others(target) | target
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of plumbrule",
        **_object(properties, [key for key, text in TEXTS.items() if text.default is None]),
        "$defs": {"condition": _condition(), "block": _block(), "operand": _operand()},
    }


def _object(properties: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False, **({"required": required} if required else {})}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _text(text: Text) -> Schema:
    allowed: Schema = (
        {"enum": list(text.choices)} if text.choices else {"type": "string", **({"pattern": f"^{text.pattern}$"} if text.pattern else {})}
    )
    return {"description": text.about, **allowed, **({"default": text.default} if text.default else {})}


def _others(target: Mapping[str, Schema]) -> Schema:
    example = _object({"title": TEXT, "config": {"type": "object"}, "files": _map(TEXT), **dict.fromkeys(FILES, TEXT)}, ["title"])
    shapes = {
        "frameworks": _map(WORDS),
        "frameworks_proposed": _map(WORDS),
        "equivalents": _map(_list(_object({"id": TEXT, "relation": {"enum": list(RELATIONS)}}, ["id", "relation"]))),
        "references": WORDS,
        "params": _map(_object({"type": {"enum": list(TYPES)}, "default": {}, "description": TEXT}, ["type", "default"])),
        "targets": _list(_object(target)),
        "examples": _object({kind: _list(example) for kind in EXAMPLE_KINDS}),
    }
    return {key: {"description": OTHERS[key], **shape} for key, shape in shapes.items()}


def _target() -> Schema:
    change = {verb: ONE_OR_MORE if verb == "remove" else _map({}) for verb in VERBS}
    return {
        "match": _object({"type": ONE_OR_MORE, "kind": ONE_OR_MORE, "fact": TEXT, "where": CONDITION}),
        "where": CONDITION,
        "applies": _object({"kubernetes": TEXT, "pod_security": {"enum": list(LEVELS[1:])}}),
        "each": {"anyOf": [*ONE_OR_MORE["anyOf"], _object({"path": ONE_OR_MORE, "where": CONDITION}, ["path"])]},
        "join": _map(_join()),
        "needs": {"enum": list(NEEDS)},
        "require": CONDITION,
        "deny": CONDITION,
        "message": TEXT,
        "remedy": {"anyOf": [_object(change), _list(_object(change))]},
    }


def _join() -> Schema:
    both = {"where": CONDITION, "needs": {"enum": list(NEEDS)}}
    relation = _object({"relation": TEXT, "reverse": {"type": "boolean"}, **both}, ["relation"])
    ends = {
        "type": ONE_OR_MORE,
        "kind": ONE_OR_MORE,
        "fact": TEXT,
        "by": _map(TEXT),
        "namespace": {"enum": ["same", "any"]},
        **both,
    }
    return {"anyOf": [relation, _object(ends, ["by"])]}


def _condition() -> Schema:
    """A condition: all, any, not, count, breaks, or paths (any other key) with operators."""
    counting = {**BLOCK, "description": "{of: path, where: condition, gte: 2}: how many items there are"}
    other_rules = _object({"rules": _list(TEXT), "kubernetes": TEXT})
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {"all": _list(CONDITION), "any": _list(CONDITION), "not": CONDITION, "count": counting, "breaks": other_rules},
        "additionalProperties": BLOCK,
    }


def _block() -> Schema:
    operators = {name: {"description": row.about, **_takes(row.takes)} for name, row in OPERATORS.items()}
    operators |= {name: {"description": about, **_takes(takes)} for name, (about, takes) in STRUCTURAL.items()}
    negated = {f"not_{name}": {**shape, "description": f"not: {shape['description']}"} for name, shape in operators.items()}
    words = {
        "all": _list(BLOCK),
        "any": _list(BLOCK),
        "not": BLOCK,
        "absent": {"description": "what the platform takes where the key is missing"},
    }
    counted = {"of": {**TEXT, "description": "of count: the path that is counted"}, "where": CONDITION}
    return {**_object({**operators, **negated, **words, **counted}), "minProperties": 1}


def _takes(takes: str) -> Schema:
    shapes: dict[str, Schema] = {
        "flag": {"type": "boolean"},
        "path": TEXT,
        "table": TEXT,
        "condition": CONDITION,
        "counting": BLOCK,
        "lookup": _object({"table": TEXT, "then": BLOCK}, ["table", "then"]),
        "value": {},
    }
    return shapes.get(takes) or ({} if takes == "value" else OPERAND)


def _operand() -> Schema:
    """A value, or what gives one: a parameter, another path, or a value that compares as something else than text."""
    given = [_object({"param": TEXT}, ["param"]), _object({"path": TEXT}, ["path"])]
    typed = [_object({scalar: {}}, [scalar]) for scalar in SCALARS]
    return {"anyOf": [{"type": ["string", "number", "boolean", "array"]}, *given, *typed]}
