"""What the validations of a variable say about a value that nobody has given yet."""

from __future__ import annotations

from scanner.syntax.hcl.nodes import Body, Call, Expression, Get, Literal, Operation, Root, Tuple
from scanner.typed import Iterator


def allowed(body: Body, name: str) -> tuple[str, ...]:
    """Return the strings that ``contains([…], var.name)`` allows in every validation that has this form; empty where none has."""
    found = [values for block in body.blocks if block.type == "validation" for values in _lists(block.body, name)]
    return tuple(value for value in found[0] if all(value in other for other in found[1:])) if found else ()


def _lists(body: Body, name: str) -> Iterator[tuple[str, ...]]:
    condition = body.attributes.get("condition")
    for part in _conjuncts(condition.value) if condition else ():
        if isinstance(part, Call) and part.name == "contains" and len(part.arguments) == 2 and _is_variable(part.arguments[1], name):
            values = _strings(part.arguments[0])
            if values:
                yield values


def _conjuncts(node: Expression) -> Iterator[Expression]:
    """Yield the parts of a condition that all have to hold."""
    while isinstance(node, Operation) and node.operator == "&&":
        yield node.operands[1]
        node = node.operands[0]
    yield node


def _is_variable(node: Expression, name: str) -> bool:
    if isinstance(node, Call) and node.name in {"lower", "tostring"} and node.arguments:
        node = node.arguments[0]
    return isinstance(node, Get) and node.name == name and isinstance(node.of, Root) and node.of.name == "var"


def _strings(node: Expression) -> tuple[str, ...]:
    if isinstance(node, Call) and node.name in {"toset", "tolist"} and node.arguments:
        node = node.arguments[0]
    items = node.items if isinstance(node, Tuple) else ()
    values = tuple(item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str))
    return values if len(values) == len(items) else ()
