"""Places inside a resource: an attribute's own text, and the line that a person would edit to change it."""

from __future__ import annotations

from scanner.formats.terraform.blocks import Nested, nested
from scanner.formats.terraform.modules import Module
from scanner.formats.terraform.scope import Scope
from scanner.model.place import Place, Pointer, Span, Step
from scanner.model.resource import Part
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Attribute, Block, Body, Expression, Literal, Object, Tuple
from scanner.syntax.text import Source


class Located:
    """What is known about the places in one block."""

    __slots__ = ("address", "block", "module", "scope")

    def __init__(self, module: Module, block: Block, scope: Scope, address: str) -> None:
        self.module = module
        self.block = block
        self.scope = scope
        self.address = address

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute in the block's own text."""
        return _span(self.block, self.scope, pointer, part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line that a person would edit."""
        return Place(self.span(pointer))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way that a value took."""
        return ()


def _span(block: Block, scope: Scope, pointer: Pointer, part: Part) -> Span | None:
    source, body, header = block.body.source, block.body, block
    rest = pointer
    while rest:
        name = rest[0]
        attribute = body.attributes.get(name) if isinstance(name, str) else None
        if attribute:
            return _attribute_span(attribute, body.source_of(attribute.name), rest[1:], part)
        blocks = nested(body, scope).get(name) if isinstance(name, str) and body.blocks else None
        if blocks is None:
            break
        if isinstance(blocks, Unknown) or len(rest) < 2:
            return _first_block(body, str(name), part)
        if not isinstance(rest[1], int) or not -len(blocks) <= rest[1] < len(blocks):
            return None if part != "attribute" else _first_block(body, str(name), part)
        chosen: Nested = blocks[rest[1]]
        header, body, scope, source = chosen.header, chosen.body, chosen.scope, chosen.body.source
        rest = rest[2:]
    if rest and part != "attribute":
        return None
    return _block_span(header, source, part)


def _block_span(block: Block, source: Source, part: Part) -> Span:
    if part == "whole":
        return source.span(block.start, block.end)
    return source.span(block.key_end, block.end) if part == "value" else source.span(block.start, block.key_end)


def _first_block(body: Body, name: str, part: Part) -> Span | None:
    """Return the place of the first block of a type, dynamic or not."""
    for block in body.blocks:
        if block.type == name or (block.type == "dynamic" and block.labels and block.labels[0] == name):
            return _block_span(block, body.source, part)
    return None


def _attribute_span(attribute: Attribute, source: Source, rest: Pointer, part: Part) -> Span | None:
    """Return the place of an attribute or of what the pointer says inside its value, as deep as that is written there."""
    start, key_end, value = attribute.start, attribute.key_end, attribute.value
    while rest:
        inner = _inside(value, rest[0])
        if inner is None:
            return None if part != "attribute" else _pair_span(source, start, key_end, value, "attribute")
        start, key_end, value = inner
        rest = rest[1:]
    return _pair_span(source, start, key_end, value, part)


def _inside(value: Expression, key: str | int) -> tuple[int, int, Expression] | None:
    """Return key start, key end and value of an item written in an object or tuple."""
    if isinstance(value, Object) and isinstance(key, str):
        for name, item in value.items:
            if isinstance(name, Literal) and name.value == key:
                return name.start, name.end, item
    if isinstance(value, Tuple) and isinstance(key, int) and -len(value.items) <= key < len(value.items):
        item = value.items[key]
        return item.start, item.start, item
    return None


def _pair_span(source: Source, start: int, key_end: int, value: Expression, part: Part) -> Span:
    if part == "key":
        return source.span(start, key_end)
    if part == "value":
        return source.span(value.start, value.end)
    if part == "whole" or (not isinstance(value, Object | Tuple) and "\n" not in source.text[start : value.end]):
        return source.span(start, value.end)
    return source.span(start, key_end if key_end > start else _line_end(source, start, value.end))


def _line_end(source: Source, start: int, end: int) -> int:
    at = source.text.find("\n", start, end)
    return end if at < 0 else at
