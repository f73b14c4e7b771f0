"""Places inside a resource: an attribute's own text, the line that a person would edit to change it, and the way between."""

from __future__ import annotations

from scanner.formats.terraform.blocks import Target, safely, target
from scanner.formats.terraform.encoded import encoded
from scanner.formats.terraform.evaluate import step
from scanner.formats.terraform.modules import Module
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import Sensitive, Value, forced, plain
from scanner.model.place import Place, Pointer, Related, Span, Step, dotted
from scanner.model.resource import Part
from scanner.model.sensitive import PLACEHOLDER, Hidden
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.nodes import Block, Call, Expression, Literal, Object, Tuple
from scanner.syntax.text import Source
from scanner.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.formats.terraform.trace import Link


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
        found = target(self.block, self.scope, pointer)
        if found.attribute is None:
            return _block_span(found, part)
        return _attribute_span(found.source, found.attribute.start, found.attribute.key_end, found.attribute.value, found.rest, part)

    def place(self, pointer: Pointer) -> Place:
        """Return the line that a person would edit, in code of the user's own, and the places that lead there."""
        own, way = self.span(pointer), self._way(pointer)
        spans = [_link_span(link) for link in way]
        setters = [span for link, span in zip(way, spans, strict=True) if span and link.node is not None and self._is_own(span)]
        primary = setters[-1] if setters and not isinstance(_value(way[-1]), Unknown) else own
        if primary is not None and not self._is_own(primary):
            primary = self._call_span() or primary
        noted = [(own, f"{self.address}.{dotted(pointer)}"), *((span, _noun(link)) for link, span in zip(way[1:], spans[1:], strict=True))]
        return Place(primary, tuple(dict.fromkeys(Related(span, note) for span, note in noted if span and span != primary)))

    def explain(self, pointer: Pointer) -> tuple[Step, ...]:
        """Return the way that a value took, from the attribute to the place that set it. What is sensitive is not shown."""
        way = self._way(pointer)
        if not way:
            return (Step(self.address, dotted(pointer), None, self.span(pointer)),)
        return tuple(Step(link.address, link.attribute, _shown(_value(link)), _link_span(link)) for link in way)

    def _way(self, pointer: Pointer) -> list[Link]:
        """Return the attribute and the places behind it; empty for what is no attribute."""
        from scanner.formats.terraform.trace import Link, links  # only for findings

        found = target(self.block, self.scope, pointer)
        if found.attribute is None:
            return []
        name, start, end, node = dotted(pointer), found.attribute.start, found.attribute.key_end, found.attribute.value
        return links(Link(self.address, name, found.source, start, end, node, found.scope, found.rest))

    def _is_own(self, span: Span) -> bool:
        return self.module.evaluation.library.is_own(span.path)

    def _call_span(self) -> Span | None:
        """Return the header of the nearest module block in the user's own code."""
        module = self.module
        while module.instance is not None:
            block = module.instance.block
            span = block.body.source.span(block.start, block.key_end)
            if self._is_own(span):
                return span
            module = module.instance.module
        return None


def _noun(link: Link) -> str:
    return f"{link.address}.{link.attribute}" if link.attribute and link.attribute != "default" else link.address


def _link_span(link: Link) -> Span | None:
    if link.source is None:
        return None
    if link.node is None:
        return link.source.span(link.start, link.key_end)
    return _attribute_span(link.source, link.start, link.key_end, link.node, link.pointer, "attribute")


def _value(link: Link) -> Value:
    if link.node is None:
        name = link.address.rpartition("var.")[2]
        return _inside(forced(step(link.scope.module.root("var"), name)), link.pointer)
    return _inside(safely(link.node, link.scope), link.pointer)


def _inside(value: Value, pointer: Pointer) -> Any:
    """Return the part of a value that a pointer leads to, as plain data."""
    hidden = isinstance(value, Sensitive)
    data = plain(value)
    for key in pointer:
        if isinstance(data, dict):
            data = data.get(str(key))
        elif isinstance(data, list) and isinstance(key, int):
            data = data[key] if 0 <= key < len(data) else None
        elif isinstance(data, list):
            data = key if key in data else None
    return PLACEHOLDER if hidden else data


def _shown(data: Any) -> Any:
    """Replace what is sensitive."""
    if isinstance(data, Hidden):
        return PLACEHOLDER
    if isinstance(data, dict):
        return {key: _shown(item) for key, item in data.items()}
    return [_shown(item) for item in data] if isinstance(data, list) else data


def _block_span(found: Target, part: Part) -> Span | None:
    """Return the place of a block; a missing pointer gives its header."""
    source, block = found.header.body.source, found.header
    if part == "attribute":
        return source.span(block.start, block.key_end)
    if found.missing:
        return None
    start = block.key_end if part == "value" else block.start
    return source.span(start, block.key_end if part == "key" else block.end)


def _attribute_span(source: Source, start: int, key_end: int, value: Expression, rest: Pointer, part: Part) -> Span | None:
    """Return the place of an attribute, or of what the pointer's rest names inside its value, as deep as that is written there."""
    for key in rest:
        inner = _written(encoded(value, source) or value, key)
        if inner is None and part != "attribute":
            return None
        if inner is None:
            break
        start, key_end, value = inner
    return _pair_span(source, start, key_end, value, part)


def _written(value: Expression, key: str | int) -> tuple[int, int, Expression] | None:
    """Return key start, key end and value of an item that is written in an object or tuple, also inside ``jsonencode``."""
    if isinstance(value, Call) and value.name == "jsonencode" and len(value.arguments) == 1:
        value = value.arguments[0]
    if isinstance(value, Object):
        pairs = ((name, item) for name, item in value.items if isinstance(name, Literal) and name.value == key)
        return next(((name.start, name.end, item) for name, item in pairs), None)
    if isinstance(value, Tuple) and isinstance(key, int) and -len(value.items) <= key < len(value.items):
        item = value.items[key]
        return item.start, item.start, item
    if isinstance(value, Tuple):
        return next(((item.start, item.start, item) for item in value.items if isinstance(item, Literal) and item.value == key), None)
    return None


def _pair_span(source: Source, start: int, key_end: int, value: Expression, part: Part) -> Span:
    if part == "key":
        return source.span(start, key_end)
    if part == "value":
        return source.span(value.start, value.end)
    scalar = not isinstance(value, Object | Tuple) and "\n" not in source.text[start : value.end]
    if part == "whole" or scalar:
        return source.span(start, value.end)
    return source.span(start, key_end if key_end > start else _line_end(source, start, value.end))


def _line_end(source: Source, start: int, end: int) -> int:
    at = source.text.find("\n", start, end)
    return end if at < 0 else at
