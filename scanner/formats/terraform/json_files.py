"""Files in JSON syntax as bodies: which object is a block, which an attribute, by its place and by a table of arguments that are maps."""

from __future__ import annotations

from scanner.kept import cache
from scanner.syntax.hcl.json import read_json
from scanner.syntax.hcl.lexer import HclError
from scanner.syntax.hcl.nodes import Attribute, Block, Body, Expression, Literal, Mistake, Object, Tuple
from scanner.syntax.hcl.parser import Parsed, parse_expression, unread
from scanner.syntax.text import Source
from scanner.tables import table
from scanner.typed import Callable, Iterator

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1, "locals": 0}
_LABELS |= {"terraform": 0, "moved": 0, "import": 0, "removed": 0}
_INNER = {"dynamic": 1, "provisioner": 1}
_FLAT = {
    "locals": frozenset[str](), "module": frozenset[str](), "variable": frozenset({"validation"}), "output": frozenset({"precondition"}),
}  # fmt: skip
"""Blocks whose members are attributes, but for these."""


@cache
def _maps() -> frozenset[str]:
    return frozenset(table("terraform_maps")["names"])


def parse_json(path: str, text: str) -> Parsed:
    """Read a ``.tf.json`` file."""
    source = Source(path, text)
    return _read(source, lambda node: Body({}, tuple(_top(node, source)), source))


def parse_json_values(path: str, text: str) -> Parsed:
    """Read a ``.tfvars.json`` file: nothing but attributes."""
    source = Source(path, text)
    return _read(source, lambda node: Body(_attributes(node), (), source))


def _read(source: Source, body: Callable[[Expression], Body]) -> Parsed:
    try:
        return Parsed(body(read_json(source.text)), ())
    except HclError as error:
        cause = unread(source, error.message, error.offset)
        return Parsed(Body({}, (), source, broken=cause), (Mistake(error.message, error.offset),))


def _members(node: Expression) -> Iterator[tuple[str, Expression, Expression]]:
    """Yield name, key and value of an object's members, or of those of the objects in a tuple; comments are left out."""
    if isinstance(node, Tuple):
        for item in node.items:
            yield from _members(item)
    elif isinstance(node, Object):
        for key, value in node.items:
            if isinstance(key, Literal) and key.value != "//":
                yield str(key.value), key, value
    else:
        raise HclError("an object is required", node.start)


def _top(node: Expression, source: Source) -> Iterator[Block]:
    for name, key, value in _members(node):
        if name not in _LABELS:
            raise HclError(f"there are no blocks of the type {name}", key.start)
        yield from _labelled(name, (), key, value, _LABELS[name], source)


def _labelled(name: str, labels: tuple[str, ...], key: Expression, value: Expression, left: int, source: Source) -> Iterator[Block]:
    """Yield the blocks of one type: objects inside objects are labels until all are there."""
    if left:
        for label, inner_key, inner in _members(value):
            yield from _labelled(name, (*labels, label), inner_key, inner, left - 1, source)
        return
    for body in value.items if isinstance(value, Tuple) else (value,):
        yield Block(name, labels, _body(name, body, source), key.start, key.end, body.end)


def _body(block: str, node: Expression, source: Source) -> Body:
    """Read the inside of a block."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for name, key, value in _members(node):
        if _is_block(block, name, value):
            blocks += _labelled(name, (), key, value, _INNER.get(name, 0), source)
        else:
            written = _type(value) if block == "variable" and name == "type" else value
            attributes[name] = Attribute(name, written, key.start, key.end)
    return Body(attributes, tuple(blocks), source)


def _is_block(block: str, name: str, value: Expression) -> bool:
    if block in _FLAT:
        return name in _FLAT[block]
    if name in _maps():
        return False
    items = value.items if isinstance(value, Tuple) else (value,)
    return bool(items) and all(isinstance(item, Object) for item in items)


def _type(value: Expression) -> Expression:
    """Read a type constraint, which stands in a string."""
    return parse_expression(str(value.value)) if isinstance(value, Literal) and isinstance(value.value, str) else value


def _attributes(node: Expression) -> dict[str, Attribute]:
    return {name: Attribute(name, value, key.start, key.end) for name, key, value in _members(node)}
