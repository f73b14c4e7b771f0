"""Changes of a Terraform resource as edits of its block: only what is written there, in the block's own file and in the user's own code."""

from __future__ import annotations

import re

from scanner.evaluate import Remedy
from scanner.fixes.changing import ImpossibleError, changed, tops
from scanner.fixes.hcl_lines import Lines
from scanner.fixes.text import apply
from scanner.fixes.writing import hcl
from scanner.formats.terraform.blocks import target
from scanner.formats.terraform.locate import Located
from scanner.inventory import lookup
from scanner.model.finding import Edit
from scanner.model.place import Pointer
from scanner.model.resource import Part, Resource
from scanner.syntax.hcl.nodes import Block, Call, Expression, Literal, Object, Tuple
from scanner.syntax.hcl.parser import parse
from scanner.typed import Any, Iterator

_LITERAL = re.compile(r'[Tt]rue|TRUE|[Ff]alse|FALSE|null|-?[\d.]+|"(?:[^"\\$%]|\\.)*"|\[(?:[^\[\]${%]|"[^"$%]*")*\]', re.DOTALL)
_MAPS = ("tags", "labels", "user_labels", "resource_labels")
"""Arguments that are maps, by every provider's convention; any other missing map may as well be a block."""


def edits(remedy: Remedy, text: str) -> tuple[Edit, ...]:
    """Return the edits that carry out a remedy; none where a value comes from elsewhere or is computed."""
    resource = remedy.resource
    if not isinstance(resource.locator, Located) or resource.path.endswith(".json"):
        return ()
    try:
        found = tuple(_edits(remedy, _Page(resource, resource.locator, text)))
    except ImpossibleError:
        return ()
    new = apply(text, found)
    return () if new == text or parse(resource.path, new).mistakes else found


def _edits(remedy: Remedy, page: _Page) -> Iterator[Edit]:
    data = remedy.resource.data
    wanted = changed(data, remedy.changes)
    longer: dict[Pointer, list[Any]] = {}
    for change in remedy.changes:
        if change.verb == "remove":
            yield page.remove(change.pointer)
        elif change.verb == "append" and isinstance(lookup(data, change.pointer), list):
            longer.setdefault(change.pointer, []).append(change.value)
    for pointer, items in longer.items():
        yield from page.append(pointer, items)
    missing: dict[Pointer, dict[str, Any]] = {}
    for pointer in tops(data, [one for one in remedy.changes if one.verb != "remove" and one.pointer not in longer]):
        if remedy.resource.span(pointer, "value") is not None:
            yield page.set(pointer, lookup(wanted, pointer))
        else:
            missing.setdefault(pointer[:-1], {})[str(pointer[-1])] = lookup(wanted, pointer)
    for parent, arguments in missing.items():
        yield from page.add(parent, arguments)


class _Page:
    """One block's text, and where its parts stand. Every method raises ImpossibleError for what it cannot do with certainty."""

    def __init__(self, resource: Resource, located: Located, text: str) -> None:
        self._resource = resource
        self._located = located
        self._text = text
        self._lines = Lines(resource.path, text)

    def set(self, pointer: Pointer, value: Any) -> Edit:
        """Replace a literal."""
        start, end = self._range(pointer, "value")
        if not _LITERAL.fullmatch(self._text, start, end):
            raise ImpossibleError
        return self._lines.edit(start, end, hcl(value))

    def remove(self, pointer: Pointer) -> Edit:
        """Take away an argument that has lines of its own."""
        return self._lines.without(*self._range(pointer, "whole"))

    def append(self, pointer: Pointer, items: list[Any]) -> Iterator[Edit]:
        """Put items at the end of a list that is written here; what is worked out is concatenated with them."""
        _, node = self._written(pointer)
        written = [hcl(item) for item in items]
        if isinstance(node, Tuple) and node.items:
            yield self._lines.after(node.items[-1].end, node.end - 1, written)
        elif isinstance(node, Tuple):
            yield self._lines.edit(node.start, node.end, f"[{', '.join(written)}]")
        elif node is not None:
            yield from self._wrapped("concat", node, f"[{', '.join(written)}]")

    def add(self, parent: Pointer, arguments: dict[str, Any]) -> Iterator[Edit]:
        """Write missing arguments into their block, or entries into their map; a map that is worked out is merged with them."""
        block, node = self._written(parent)
        if block is not None:
            if any(isinstance(value, dict) and key not in _MAPS for key, value in arguments.items()):
                raise ImpossibleError
            yield from self._lines.insert(self._text.index("{", block.key_end), block.end - 1, arguments, on_one_line=False)
        elif isinstance(node, Object):
            yield from self._lines.insert(node.start, node.end - 1, arguments, on_one_line=True)
        elif node is not None:
            yield from self._merged(node, arguments)

    def _merged(self, node: Expression, arguments: dict[str, Any]) -> Iterator[Edit]:
        if not isinstance(node, Call) or node.name != "merge" or node.spread or not node.arguments:
            yield from self._wrapped("merge", node, hcl(arguments))
            return
        last = node.arguments[-1]
        if isinstance(last, Object):
            yield from self._lines.insert(last.start, last.end - 1, arguments, on_one_line=True)
        else:
            yield self._lines.edit(last.end, last.end, f", {hcl(arguments)}")

    def _wrapped(self, function: str, node: Expression, further: str) -> Iterator[Edit]:
        yield self._lines.edit(node.start, node.start, f"{function}(")
        yield self._lines.edit(node.end, node.end, f", {further})")

    def _written(self, pointer: Pointer) -> tuple[Block | None, Expression | None]:
        """Return the block or the value that a pointer leads to, if it is written in the resource's own file, which is the user's."""
        found = target(self._located.block, self._located.scope, pointer)
        own = found.source.path == self._resource.path and self._located.module.evaluation.library.is_own(self._resource.path)
        if not own or found.missing or found.header.type == "dynamic":
            raise ImpossibleError
        if found.attribute is None:
            return found.header, None
        node = found.attribute.value
        for key in found.rest:
            items = node.items if isinstance(node, Object) else ()
            inner = next((item for name, item in items if isinstance(name, Literal) and name.value == key), None)
            if inner is None:
                raise ImpossibleError
            node = inner
        return None, node

    def _range(self, pointer: Pointer, part: Part) -> tuple[int, int]:
        """Return where a part stands, if it is written in the resource's own file and is not set from elsewhere."""
        span, place = self._resource.span(pointer, part), self._resource.place(pointer)
        if span is None or span.path != self._resource.path or place.related:
            raise ImpossibleError
        return self._lines.range(span)
