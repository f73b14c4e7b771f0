"""Changes of a Terraform resource as edits of its block: only what is written there literally, in the block's own file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scanner.evaluate import Remedy
from scanner.fixes.changing import ImpossibleError, changed, tops
from scanner.fixes.text import Offsets, apply, line_break
from scanner.fixes.writing import hcl
from scanner.inventory import lookup
from scanner.model.finding import Edit
from scanner.model.place import Pointer
from scanner.model.resource import Part, Resource
from scanner.syntax.hcl.parser import parse

_LITERAL = re.compile(r'true|false|null|-?[\d.]+|"(?:[^"\\$%]|\\.)*"|\[(?:[^\[\]${%]|"[^"$%]*")*\]', re.DOTALL)
_MAPS = ("tags", "labels", "user_labels", "resource_labels")
"""Arguments that are maps, by every provider's convention; any other missing map may as well be a block."""


def edits(remedy: Remedy, text: str) -> tuple[Edit, ...]:
    """Return the edits that carry out a remedy; none where a value comes from elsewhere or is computed."""
    try:
        wanted = changed(remedy.resource.data, remedy.changes)
        found = tuple(_edits(remedy, _Page(remedy.resource, text), wanted))
    except ImpossibleError:
        return ()
    new = apply(text, found)
    return () if new == text or parse(remedy.resource.path, new).mistakes else found


def _edits(remedy: Remedy, page: _Page, wanted: Any) -> Iterator[Edit]:
    for change in remedy.changes:
        if change.verb == "remove":
            yield page.remove(change.pointer)
    for pointer in tops(remedy.resource.data, [one for one in remedy.changes if one.verb != "remove"]):
        yield page.set(pointer, lookup(wanted, pointer))


class _Page:
    """One block's text, and where its parts stand. Every method raises ImpossibleError for what it cannot do with certainty."""

    def __init__(self, resource: Resource, text: str) -> None:
        self._resource = resource
        self._text = text
        self._offsets = Offsets(text)
        self._break = line_break(text)

    def set(self, pointer: Pointer, value: Any) -> Edit:
        """Replace a literal, or write a missing argument into its block or map."""
        if self._resource.span(pointer, "value") is None:
            return self._add(pointer, value)
        start, end = self._range(pointer, "value")
        if not _LITERAL.fullmatch(self._text, start, end):
            raise ImpossibleError
        return self._edit(start, end, hcl(value))

    def remove(self, pointer: Pointer) -> Edit:
        """Take away an argument that has lines of its own."""
        start, end = self._range(pointer, "whole")
        line, after = self._offsets.line_start(start), self._offsets.line_end(end)
        if self._text[line:start].strip() or self._text[end:after].partition("#")[0].strip():
            raise ImpossibleError
        return self._edit(line, self._offsets.next_line(end), "")

    def _add(self, pointer: Pointer, value: Any) -> Edit:
        key = pointer[-1]
        if not isinstance(key, str) or (isinstance(value, dict) and key not in _MAPS):
            raise ImpossibleError
        start, end = self._range(pointer[:-1], "whole")
        brace = end - 1
        line = self._offsets.line_start(brace)
        indent = self._text[line:brace]
        written = f"{key} = {hcl(value)}"
        if line > start and not indent.strip():
            return self._edit(line, line, f"{indent}  {written}{self._break}")
        opened = self._text.rindex("{", start, end)
        if self._text[opened + 1 : brace].strip():
            raise ImpossibleError
        lead = re.match(r"\s*", self._text[self._offsets.line_start(start) :])
        outer = lead[0] if lead else ""
        return self._edit(opened + 1, brace, f"{self._break}{outer}  {written}{self._break}{outer}")

    def _range(self, pointer: Pointer, part: Part) -> tuple[int, int]:
        """Return where a part stands, if it is written in the resource's own file and is not set from elsewhere."""
        span, place = self._resource.span(pointer, part), self._resource.place(pointer)
        if span is None or span.path != self._resource.path or place.related:
            raise ImpossibleError
        return self._offsets.range(span)

    def _edit(self, start: int, end: int, text: str) -> Edit:
        return self._offsets.edit(self._resource.path, start, end, text)
