"""The way a value took: from an attribute through locals, module arguments and loops to the text that set it."""

from __future__ import annotations

from scanner.formats.terraform.blocks import safely, target
from scanner.formats.terraform.configuration import ResourceName
from scanner.formats.terraform.encoded import encoded
from scanner.formats.terraform.evaluate import evaluate, iterate, kept
from scanner.formats.terraform.modules import Given, Instance, Module
from scanner.formats.terraform.scope import Origin, Scope
from scanner.formats.terraform.types import STRING, convert
from scanner.formats.terraform.values import EvaluationError, Value, reveal
from scanner.model.place import Pointer, dotted
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import (
    Attribute,
    Block,
    Call,
    Conditional,
    Expression,
    For,
    Get,
    Index,
    Item,
    Literal,
    Object,
    Operation,
    Root,
    Splat,
    Template,
    Tuple,
)  # fmt: skip
from scanner.syntax.text import Source
from scanner.typed import Any, Callable

MAX_LINKS = 50


class Link(NamedTuple):
    """One place on the way: ``address`` (``local.x``, ``module.m.var.y``, a resource) is set there to what ``node`` means in ``scope``.

    ``pointer`` says which part of that value is meant, ``attribute`` names it as people do. ``node`` is None where nothing sets the
    value, ``source`` where it is set outside of all files.
    """

    address: str
    attribute: str
    source: Source | None
    start: int
    key_end: int
    node: Expression | None
    scope: Scope
    pointer: Pointer


class Spot(NamedTuple):
    """An expression, what its names mean, and the part of its value that is looked for.

    ``key_range`` is where the key of an object's item stands, or the item of a tuple begins, when the expression is one.
    """

    node: Expression
    scope: Scope
    pointer: Pointer
    key_range: tuple[int, int] | None = None


def links(first: Link) -> list[Link]:
    """Return a place and those behind it, the one that set the value last; each is narrowed to the item that holds the value."""
    found = [first]
    spot = Spot(first.node, first.scope, first.pointer) if first.node else None
    for _ in range(MAX_LINKS):
        following = _next(spot, found[-1].source) if spot else None
        if following is None:
            break
        if isinstance(following, Link):
            found.append(following)
            spot = Spot(following.node, following.scope, following.pointer) if following.node else None
            continue
        spot = following
        _narrow(found, spot)
    return found


def _narrow(found: list[Link], spot: Spot) -> None:
    """Move the last place to an item inside it; an item of a loop's collection is a place of its own."""
    if spot.key_range is None:
        return
    last, (start, end) = found[-1], spot.key_range
    inside = last._replace(start=start, key_end=end, node=spot.node, scope=spot.scope, pointer=spot.pointer)
    if last.node and last.node.start <= start <= last.node.end:
        found[-1] = inside
    else:
        found.append(inside._replace(attribute="for_each"))


def _next(spot: Spot, source: Source | None) -> Spot | Link | None:
    """Take one step: into a part of the expression, to another place, or nowhere, as the expression itself sets the value."""
    data = encoded(spot.node, source) if spot.pointer else None
    if data is not None:
        return Spot(data, spot.scope, spot.pointer)
    visit = _VISIT.get(type(spot.node))
    try:
        return visit(spot.node, spot.scope, spot.pointer) if visit else None
    except (EvaluationError, RecursionError):
        return None


def _template(node: Template, scope: Scope, pointer: Pointer) -> Spot | None:
    return Spot(node.parts[0], scope, pointer) if node.wraps else None


def _conditional(node: Conditional, scope: Scope, pointer: Pointer) -> Spot | None:
    condition = reveal(evaluate(node.condition, scope))[0]
    if isinstance(condition, Unknown):
        return None
    return Spot(node.yes if condition in {True, "true"} else node.no, scope, pointer)


def _operation(node: Operation, scope: Scope, pointer: Pointer) -> Spot | None:
    return Spot(node.operands[0], scope, pointer) if len(node.operands) == 1 else None


def _object(node: Object, scope: Scope, pointer: Pointer) -> Spot | None:
    if not pointer:
        return None
    items = ((key, item) for key, item in node.items if safely(key, scope) == pointer[0])
    return next((Spot(item, scope, pointer[1:], (key.start, key.end)) for key, item in items), None)


def _tuple(node: Tuple, scope: Scope, pointer: Pointer) -> Spot | None:
    """Go to an item by its index, or, where the tuple has become a set, by its value."""
    if not pointer:
        return None
    at = pointer[0]
    items = node.items[at : at + 1] if isinstance(at, int) else [item for item in node.items if safely(item, scope) == at]
    return next((Spot(item, scope, pointer[1:], (item.start, item.start)) for item in items), None)


def _reference(node: Expression, scope: Scope, pointer: Pointer) -> Spot | Link | None:
    """Resolve a reference: take its steps off until something is left that we can go on from."""
    steps: list[str | int] = []
    while isinstance(node, Get | Index):
        key = node.name if isinstance(node, Get) else reveal(evaluate(node.key, scope))[0]
        if not isinstance(key, str | int):
            return None
        steps.insert(0, key)
        node = node.of
    pointer = (*steps, *pointer)
    return _root(node, scope, pointer) if isinstance(node, Root) else Spot(node, scope, pointer)


def _root(node: Root, scope: Scope, pointer: Pointer) -> Spot | Link | None:
    if node.name in scope.origins:
        return _loop(scope.origins[node.name], scope.bound[node.name], pointer)
    module = scope.module
    if node.name in scope.bound or not isinstance(module, Module) or not pointer:
        return None
    name = str(pointer[0])
    if node.name == "var":
        return _variable(module, name, pointer[1:])
    if node.name == "local" and name in module.configuration.locals:
        written = module.configuration.locals[name]
        return _set(f"{module.address}local.{name}", "", written.source, written.attribute, module.scope, pointer[1:])
    if node.name == "module":
        return _output(module, name, pointer[1:])
    if node.name in {"data", "ephemeral"}:
        return _resource(module, (node.name, name, str(pointer[1])), pointer[2:]) if len(pointer) > 2 else None
    return _resource(module, ("managed", node.name, name), pointer[1:])


def _set(address: str, name: str, source: Source, attribute: Attribute, scope: Scope, pointer: Pointer) -> Link:
    return Link(address, name, source, attribute.start, attribute.key_end, attribute.value, scope, pointer)


def _variable(module: Module, name: str, pointer: Pointer) -> Link | None:
    """Go to where a variable was set: what was given, its default, an ``optional()`` in its type, or its declaration if nobody set it."""
    block = module.configuration.variables.get(name)
    if block is None:
        return None
    address, attributes = f"{module.address}var.{name}", block.body.attributes
    given, default, type_ = module.given.get(name), attributes.get("default"), attributes.get("type")
    if given and (default is None or not module.falls_back(name)):
        found = _given(given, module, address, name, pointer)
    elif default and module.has_default(name):
        found = _set(address, "default", block.body.source_of("default"), default, module.scope, pointer)
    else:
        return Link(address, "", block.body.source, block.start, block.key_end, None, module.scope, pointer)
    filled = _filled_in(type_.value, pointer) if type_ and pointer and found.node and not _has(found) else None
    return Link(address, "type", block.body.source, filled.start, filled.start, filled, module.scope, ()) if filled else found


def _has(link: Link) -> bool:
    """Tell whether a value has the part that is looked for, or cannot be looked into."""
    value = safely(link.node, link.scope) if link.node else None
    for key in link.pointer:
        value = reveal(value)[0]
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, tuple) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return True
    return value is not None


def _filled_in(node: Expression, pointer: Pointer) -> Expression | None:
    """Return the default that a type constraint gives to an optional attribute."""
    for key in pointer:
        if isinstance(node, Call) and node.name == "optional" and node.arguments:
            node = node.arguments[0]
        inner = node.arguments[0] if isinstance(node, Call) and node.arguments else None
        if inner is None:
            return None
        items = inner.items if isinstance(inner, Object) else ()
        node = next((item for name, item in items if isinstance(name, Literal) and name.value == key), inner)
    return node.arguments[1] if isinstance(node, Call) and node.name == "optional" and len(node.arguments) > 1 else None


def _given(given: Given, module: Module, address: str, name: str, pointer: Pointer) -> Link:
    """Go to the argument, the tfvars line or the input that sets a variable; what was said outside of all files has no place."""
    if given.written is None:
        return Link(address, "", None, 0, 0, None, module.scope, pointer)
    attribute, source = given.written
    if isinstance(given.expression, Get) and given.expression.of is attribute.value:  # one of several inputs in one object
        return _set(address, "", source, attribute, given.scope, (name, *pointer))
    if module.instance:
        return _set(module.instance.address, name, source, attribute, given.scope, pointer)
    return _set(address, "", source, attribute, given.scope, pointer)


def _output(module: Module, label: str, pointer: Pointer) -> Link | None:
    block = module.configuration.modules.get(label)
    instance, rest = _instance(module, ("module", "", label), block, pointer) if block else (None, ())
    child = module.child(instance) if instance and rest else None
    output = child.configuration.outputs.get(str(rest[0])) if isinstance(child, Module) else None
    if output is None or not isinstance(child, Module) or "value" not in output.body.attributes:
        return None
    address = f"{child.address}output.{rest[0]}"
    return _set(address, "", output.body.source_of("value"), output.body.attributes["value"], child.scope, rest[1:])


def _resource(module: Module, name: ResourceName, pointer: Pointer) -> Link | None:
    block = module.configuration.resources.get(name)
    instance, rest = _instance(module, name, block, pointer) if block else (None, ())
    found = target(instance.block, instance.scope, rest) if instance and rest else None
    if found is None or found.attribute is None or instance is None:
        return None
    return _set(instance.address, dotted(rest), found.source, found.attribute, found.scope, found.rest)


def _instance(module: Module, name: ResourceName, block: Block, pointer: Pointer) -> tuple[Instance | None, Pointer]:
    """Return the instance that a pointer begins with, and what is left of the pointer."""
    expansion = module.expansion(name, block)
    if expansion.single:
        return module.instance_of(name, block, None), pointer
    key = expansion.unknown if expansion.unknown is not None else pointer[0] if pointer else None
    return (module.instance_of(name, block, key), pointer[1:]) if key in expansion.instances else (None, ())


def _loop(origin: Origin, bound: Value, pointer: Pointer) -> Spot | None:
    """Go to the collection that a loop runs over."""
    if origin.key is not None:
        return Spot(origin.node, origin.scope, (origin.key, *pointer))
    key = bound["key"] if pointer else None
    return Spot(origin.node, origin.scope, (key, *pointer[1:])) if isinstance(key, str | int) else None


def _splat(node: Splat, scope: Scope, pointer: Pointer) -> Spot | None:
    keys: list[str | int] = []
    rest = node.rest
    while isinstance(rest, Get):
        keys.insert(0, rest.name)
        rest = rest.of
    if not pointer or not isinstance(rest, Item):
        return None
    source = reveal(evaluate(node.of, scope))[0]
    return Spot(node.of, scope, (*(pointer[:1] if isinstance(source, tuple) else ()), *keys, *pointer[1:]))


def _for(node: For, scope: Scope, pointer: Pointer) -> Spot | None:
    """Find the round of a loop that made an element."""
    if not pointer or node.group:
        return None
    made = -1
    for key, value in iterate(reveal(evaluate(node.over, scope))[0]):
        names = {node.value: value} if node.key is None else {node.key: key, node.value: value}
        inner = scope.within(names, dict.fromkeys(names, Origin(node.over, scope, key)))
        if kept(node, inner) is not True:
            continue
        made += 1
        name: Value = made if node.result_key is None else convert(evaluate(node.result_key, inner), STRING)
        if name == pointer[0]:
            return Spot(node.result, inner, pointer[1:])
    return None


def _call(node: Call, scope: Scope, pointer: Pointer) -> Spot | None:
    choose = _CHOOSE.get(node.name.removeprefix("core::"))
    return choose(node.arguments, scope, pointer) if choose and node.arguments and not node.spread else None


Choose = Callable[[tuple[Expression, ...], Scope, Pointer], Spot | None]


def _same(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    return Spot(arguments[0], scope, pointer)


def _try(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    for argument in arguments:
        try:
            evaluate(argument, scope)
        except EvaluationError:
            continue
        return Spot(argument, scope, pointer)
    return None


def _coalesce(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    for argument in arguments:
        value = reveal(evaluate(argument, scope))[0]
        if isinstance(value, Unknown) or (value is not None and value not in ("", ())):
            return Spot(argument, scope, pointer)
    return None


def _lookup(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    value, key = reveal(evaluate(arguments[0], scope))[0], reveal(evaluate(arguments[1], scope))[0]
    if isinstance(value, dict) and key in value:
        return Spot(arguments[0], scope, (key, *pointer))
    return Spot(arguments[2], scope, pointer) if len(arguments) > 2 and isinstance(value, dict) else None


def _merge(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    for argument in reversed(arguments):
        value = reveal(evaluate(argument, scope))[0]
        if pointer and isinstance(value, dict) and pointer[0] in value:
            return Spot(argument, scope, pointer)
        if isinstance(value, Unknown):
            return None
    return None


def _concat(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    at = pointer[0] if pointer else None
    for argument in arguments:
        value = reveal(evaluate(argument, scope))[0]
        if not isinstance(value, tuple) or not isinstance(at, int):
            return None
        if at < len(value):
            return Spot(argument, scope, (at, *pointer[1:]))
        at -= len(value)
    return None


def _element(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    value, at = reveal(evaluate(arguments[0], scope))[0], reveal(evaluate(arguments[1], scope))[0]
    return Spot(arguments[0], scope, (at % len(value), *pointer)) if isinstance(value, tuple) and value and isinstance(at, int) else None


def _one(arguments: tuple[Expression, ...], scope: Scope, pointer: Pointer) -> Spot | None:
    return Spot(arguments[0], scope, (0, *pointer))


_SAME = ("tolist", "tomap", "toset", "tostring", "tonumber", "tobool", "sensitive", "nonsensitive", "ephemeralasnull", "lower", "upper",
         "title", "trimspace", "chomp", "jsondecode")  # fmt: skip
_CHOOSE: dict[str, Choose] = {
    **dict.fromkeys(_SAME, _same),
    "try": _try, "coalesce": _coalesce, "coalescelist": _coalesce, "lookup": _lookup, "merge": _merge, "concat": _concat,
    "element": _element, "one": _one,
}  # fmt: skip
_VISIT: dict[type, Callable[[Any, Scope, Pointer], Spot | Link | None]] = {
    Template: _template, Conditional: _conditional, Operation: _operation, Object: _object, Tuple: _tuple, Get: _reference,
    Index: _reference, Root: _root, Splat: _splat, For: _for, Call: _call,
}  # fmt: skip
