"""Type constraints of variables: ``object({a = optional(string, "x")})`` → a type, and the defaults to fill in."""

from __future__ import annotations

from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.types import ANY, BOOL, NUMBER, STRING, Type, convert
from scanner.formats.terraform.values import Sensitive, Set, Value, like
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Call, Expression, Literal, Object, Root, Tuple
from scanner.typed import Mapping

_PRIMITIVES = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS = {"list", "set", "map"}


class Constraint(NamedTuple):
    """A type with the default of each optional attribute, and the constraints inside: by field name, or under "*" for elements."""

    type: Type
    defaults: Mapping[str, Value] = {}
    inside: Mapping[str, Constraint] = {}


ANYTHING = Constraint(ANY)


def constraint(node: Expression, scope: Scope) -> Constraint:
    """Read a type constraint; what is none allows anything, as Terraform reports it anyway."""
    if isinstance(node, Literal) and isinstance(node.value, str):  # the way before Terraform 0.12
        return _named(node.value)
    if isinstance(node, Root):
        return _named(node.name)
    if not isinstance(node, Call) or not node.arguments:
        return ANYTHING
    argument = node.arguments[0]
    if node.name in _COLLECTIONS:
        element = constraint(argument, scope)
        return Constraint(Type(node.name, element.type), {}, {"*": element})
    if node.name == "object" and isinstance(argument, Object):
        return _object(argument, scope)
    if node.name == "tuple" and isinstance(argument, Tuple):
        items = {str(at): constraint(item, scope) for at, item in enumerate(argument.items)}
        return Constraint(Type("tuple", None, tuple((name, item.type) for name, item in items.items())), {}, items)
    return ANYTHING


def _named(name: str) -> Constraint:
    if name in _COLLECTIONS:
        return Constraint(Type(name, ANY), {}, {"*": ANYTHING})
    return Constraint(_PRIMITIVES.get(name, ANY))


def _object(node: Object, scope: Scope) -> Constraint:
    inside: dict[str, Constraint] = {}
    defaults: dict[str, Value] = {}
    optional: set[str] = set()
    for key, item in node.items:
        name = str(evaluate(key, scope))
        if isinstance(item, Call) and item.name == "optional" and item.arguments:
            optional.add(name)
            inside[name] = constraint(item.arguments[0], scope)
            if len(item.arguments) > 1:
                defaults[name] = evaluate(item.arguments[1], scope)
        else:
            inside[name] = constraint(item, scope)
    fields = tuple(sorted((name, field.type) for name, field in inside.items()))
    return Constraint(Type("object", None, fields, frozenset(optional)), defaults, inside)


def conform(value: Value, wanted: Constraint) -> Value:
    """Fill in defaults and convert to the type; raise EvaluationError where the value does not conform."""
    return convert(_filled(value, wanted), wanted.type)


def _filled(value: Value, wanted: Constraint) -> Value:
    if isinstance(value, Sensitive):
        return Sensitive(_filled(value.value, wanted))
    if not wanted.inside or value is None or isinstance(value, Unknown):
        return value
    each = wanted.inside.get("*")
    if isinstance(value, dict):
        if each:
            return {key: _filled(item, each) for key, item in value.items()}
        return _filled_object(value, wanted)
    if isinstance(value, tuple) and each:
        return (
            tuple(_filled(item, each) for item in value) if not isinstance(value, Set) else like(value, [_filled(i, each) for i in value])
        )
    if isinstance(value, tuple) and len(value) == len(wanted.inside):
        return tuple(_filled(item, wanted.inside[str(at)]) for at, item in enumerate(value))
    return value


def _filled_object(value: dict[str, Value], wanted: Constraint) -> dict[str, Value]:
    result: dict[str, Value] = dict(value)
    for name, default in wanted.defaults.items():
        if result.get(name) is None:
            result[name] = default
    return {name: _filled(item, wanted.inside[name]) if name in wanted.inside else item for name, item in result.items()}
