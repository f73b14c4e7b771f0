"""Expressions → values. Unknown goes through everything with its cause, and what is sensitive stays so."""

from __future__ import annotations

from scanner.formats.terraform.limits import bounded, weigh
from scanner.formats.terraform.operators import as_common, calculate, either, required
from scanner.formats.terraform.scope import SPLAT_ITEM, Scope
from scanner.formats.terraform.types import ANY, BOOL, NUMBER, STRING, convert, equal, list_of, text_of, type_of
from scanner.formats.terraform.values import (
    EvaluationError,
    Lazy,
    List,
    Map,
    Sensitive,
    Set,
    Value,
    first_unknown,
    forced,
    marked,
    plain,
    unknown_like,
    unknown_text,
)  # fmt: skip
from scanner.model.unknown import UNKNOWN_TEXT, Unknown
from scanner.syntax.hcl.nodes import (
    Call,
    Conditional,
    Expression,
    For,
    Get,
    Index,
    Item,
    Joined,
    Literal,
    Object,
    Operation,
    Root,
    Splat,
    Template,
    Tuple,
)  # fmt: skip
from scanner.typed import Any, Callable, Iterable


def evaluate(node: Expression, scope: Scope) -> Value:
    """Return the value of an expression; raise EvaluationError where Terraform would refuse it."""
    return forced(_VISIT[type(node)](node, scope))


def look(node: Expression, scope: Scope) -> Value:
    """Return what an expression is before it is looked into: a value, or something lazy."""
    return _VISIT[type(node)](node, scope)


def step(value: Value, key: Value) -> Value:
    """Look into a value by attribute name or index; raise EvaluationError where there is no such thing."""
    if isinstance(value, Lazy):
        return value.get(key)
    if isinstance(value, Unknown) and value.kind not in {"string", "number", "bool"}:
        return Unknown(value.cause, value.origin)
    if isinstance(key, Unknown):
        return Unknown(key.cause, key.origin)
    if isinstance(value, Sensitive) or isinstance(key, Sensitive):
        inner = step(*(part.value if isinstance(part, Sensitive) else part for part in (value, key)))
        return marked(forced(inner), sensitive=True)
    if isinstance(value, dict):
        return _member(value, key)
    if isinstance(value, tuple) and not isinstance(value, Set):
        return _element(value, key)
    raise EvaluationError("null has no attributes" if value is None else f"a {type_of(value).kind} has no elements to look up")


def _member(value: dict[str, Value], key: Value) -> Value:
    name = convert(key, STRING)
    if name not in value:
        raise EvaluationError(f"there is no {name!r} in this {'map' if isinstance(value, Map) else 'object'}")
    return value[name]


def _element(value: tuple[Value, ...], key: Value) -> Value:
    index = convert(key, NUMBER)
    if not isinstance(index, int) or not 0 <= index < len(value):
        raise EvaluationError(f"the index {text_of(key) if key is not None else 'null'} is not in this list of {len(value)}")
    return value[index]


def _literal(node: Literal, scope: Scope) -> Value:  # noqa: ARG001 - every visitor has the same shape
    return node.value


def _root(node: Root, scope: Scope) -> Value:
    return scope.bound[node.name] if node.name in scope.bound else scope.module.root(node.name)


def _get(node: Get, scope: Scope) -> Value:
    return step(look(node.of, scope), node.name)


def _index(node: Index, scope: Scope) -> Value:
    return step(look(node.of, scope), evaluate(node.key, scope))


def _item(node: Item, scope: Scope) -> Value:  # noqa: ARG001
    return scope.bound[SPLAT_ITEM]


def _splat(node: Splat, scope: Scope) -> Value:
    source = forced(look(node.of, scope))
    sensitive = isinstance(source, Sensitive)
    if sensitive:
        source = source.value
    if isinstance(source, Unknown):
        return unknown_like(source, "list")
    items = () if source is None else source if isinstance(source, tuple) else (source,)
    found = [forced(look(node.rest, Scope(scope.module, {**scope.bound, SPLAT_ITEM: item}))) for item in items]
    result = list_of(found, type_of(found[0]) if found else ANY) if isinstance(source, List | Set) else tuple(found)
    return marked(result, sensitive=sensitive)


def _tuple(node: Tuple, scope: Scope) -> Value:
    return tuple([evaluate(item, scope) for item in node.items])


def _object(node: Object, scope: Scope) -> Value:
    result: dict[str, Value] = {}
    unknown: Unknown | None = None
    for key, item in node.items:
        name = key.value if type(key) is Literal else evaluate(key, scope)
        if isinstance(name, Unknown):
            unknown = name if unknown is None else unknown
            result = dict.fromkeys(result, Unknown(name.cause, name.origin))  # it may be one of those before
            continue
        if name is None:
            raise EvaluationError("null is no key of an object")
        result[convert(name, STRING) if not isinstance(name, Sensitive) else convert(name.value, STRING)] = evaluate(item, scope)
    return result if unknown is None else Unknown(unknown.cause, unknown.origin, not_null=True, partial=plain(result))


def _template(node: Template, scope: Scope) -> Value:
    if node.wraps:
        return look(node.parts[0], scope)
    texts: list[str] = []
    unknown: Unknown | None = None
    sensitive = False
    for part in node.parts:
        value = part.value if type(part) is Literal else evaluate(part, scope)
        if isinstance(value, Sensitive):
            value, sensitive = value.value, True
        if isinstance(value, Unknown | Lazy):
            value = value if isinstance(value, Unknown) else value.unknown()
            unknown = value if unknown is None else unknown
            texts.append(value.partial if isinstance(value.partial, str) else UNKNOWN_TEXT)
        elif value is None:
            raise EvaluationError("null cannot stand in a template")
        else:
            texts.append(convert(value, STRING))
    text = bounded("".join(texts))
    return marked(unknown_text(unknown, text) if unknown is not None else text, sensitive=sensitive)


def _joined(node: Joined, scope: Scope) -> Value:
    items = evaluate(node.each, scope)
    sensitive = isinstance(items, Sensitive)
    items = items.value if sensitive else items
    weigh(items)
    unknown = first_unknown(items)
    text = "".join(convert(item, STRING) for item in items) if unknown is None else unknown_like(unknown, "string")
    return marked(text, sensitive=sensitive)


def _conditional(node: Conditional, scope: Scope) -> Value:
    condition = convert(evaluate(node.condition, scope), BOOL)
    sensitive = isinstance(condition, Sensitive)
    condition = condition.value if sensitive else condition
    if condition is None:
        raise EvaluationError("the condition is null")
    if isinstance(condition, Unknown):
        return marked(either(condition, _arm(node.yes, scope), _arm(node.no, scope)), sensitive=sensitive)
    chosen = evaluate(node.yes if condition else node.no, scope)
    other = _arm(node.no if condition else node.yes, scope)
    sensitive = sensitive or isinstance(chosen, Sensitive) or isinstance(other, Sensitive)
    return marked(as_common(chosen, other), sensitive=sensitive)


def _arm(node: Expression, scope: Scope) -> Value:
    """Evaluate an arm for its type alone: one that fails has none."""
    if type(node) is Literal:
        return node.value
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        return Unknown(str(error))


def _operation(node: Operation, scope: Scope) -> Value:
    operator = node.operator
    if operator in {"&&", "||"}:
        return _logical(operator, node, scope)
    values = [evaluate(operand, scope) for operand in node.operands]
    sensitive = any(isinstance(value, Sensitive) for value in values)
    if sensitive:
        values = [value.value if isinstance(value, Sensitive) else value for value in values]
    if operator in {"==", "!="}:
        same = equal(values[0], values[1])
        return marked(same if operator == "==" or isinstance(same, Unknown) else not same, sensitive=sensitive)
    if operator == "!":
        value = required(values[0], BOOL)
        return marked(value if isinstance(value, Unknown) else not value, sensitive=sensitive)
    return marked(calculate(operator, [required(value, NUMBER) for value in values]), sensitive=sensitive)


def _logical(operator: str, node: Operation, scope: Scope) -> Value:
    """Evaluate ``&&`` and ``||``: as of Terraform 1.12 the right side is not looked at where the left one decides."""
    decides = operator == "||"
    sensitive = False
    unknown = None
    for operand in node.operands:
        value = required(evaluate(operand, scope), BOOL)
        if isinstance(value, Sensitive):
            value, sensitive = value.value, True
        if isinstance(value, Unknown):
            unknown = value if unknown is None else unknown
        elif value is decides:
            return marked(decides, sensitive=sensitive)
    return marked(unknown_like(unknown, "bool") if unknown is not None else not decides, sensitive=sensitive)


def _for(node: For, scope: Scope) -> Value:
    over = evaluate(node.over, scope)
    sensitive = isinstance(over, Sensitive)
    over = over.value if sensitive else over
    if isinstance(over, Unknown):
        return marked(Unknown(over.cause, over.origin, not_null=True), sensitive=sensitive)
    if isinstance(over, Lazy):
        return over.unknown()
    spend = scope.module.budget.spend
    scopes = (_bound(node, scope, key, value) for key, value in iterate(over) if spend() is None)
    result = _for_tuple(node, scopes) if node.result_key is None else _for_object(node, node.result_key, scopes)
    return marked(result, sensitive=sensitive)


def iterate(over: Value) -> Iterable[tuple[Value, Value]]:
    """Return key and value of each element, in Terraform's order; raise EvaluationError where there are none to have."""
    if isinstance(over, dict):
        return sorted(over.items(), key=lambda item: item[0])
    if isinstance(over, Set):
        return ((item, item) for item in over)
    if isinstance(over, tuple):
        return enumerate(over)
    raise EvaluationError(f"a {type_of(over).kind if over is not None else 'null'} cannot be iterated over")


def _bound(node: For, scope: Scope, key: Value, value: Value) -> Scope:
    names = {node.value: value} if node.key is None else {node.key: key, node.value: value}
    return Scope(scope.module, {**scope.bound, **names})


def kept(node: For, scope: Scope) -> bool | Unknown:
    """Evaluate the condition of a for expression."""
    if node.condition is None:
        return True
    condition = convert(evaluate(node.condition, scope), BOOL)
    if condition is None:
        raise EvaluationError("the condition is null")
    if isinstance(condition, Sensitive):
        raise EvaluationError("a sensitive value decides what a for expression keeps")
    return condition  # type: ignore[no-any-return]


def _for_tuple(node: For, scopes: Iterable[Scope]) -> Value:
    result = []
    for inner in scopes:
        stays = kept(node, inner)
        if isinstance(stays, Unknown):
            return Unknown(stays.cause, stays.origin, not_null=True)
        if stays:
            result.append(evaluate(node.result, inner))
    return tuple(result)


def _for_object(node: For, result_key: Expression, scopes: Iterable[Scope]) -> Value:
    result: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    for inner in scopes:
        stays = kept(node, inner)
        key = evaluate(result_key, inner) if stays is True else stays
        if isinstance(key, Unknown):
            return Unknown(key.cause, key.origin, not_null=True)
        if stays is False:
            continue
        if key is None or isinstance(key, Sensitive):
            raise EvaluationError("a key is null or sensitive")
        name = convert(key, STRING)
        value = evaluate(node.result, inner)
        if node.group:
            groups.setdefault(name, []).append(value)
        elif name in result:
            raise EvaluationError(f"two items have the key {name!r}")
        else:
            result[name] = value
    return {name: tuple(items) for name, items in groups.items()} if node.group else result


def _call(node: Call, scope: Scope) -> Value:
    from scanner.formats.terraform.functions import call  # the two need each other

    return call(node, scope, evaluate)


_VISIT: dict[type, Callable[[Any, Scope], Value]] = {
    Literal: _literal, Root: _root, Get: _get, Index: _index, Item: _item, Splat: _splat, Tuple: _tuple, Object: _object, For: _for,
    Template: _template, Joined: _joined, Conditional: _conditional, Operation: _operation, Call: _call,
}  # fmt: skip
