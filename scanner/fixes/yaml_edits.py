"""Changes of a Kubernetes object as edits of its YAML or JSON, in the style that stands there; comments and order stay."""

from __future__ import annotations

import re

from scanner.evaluate import Remedy
from scanner.fixes.changing import ImpossibleError, changed, tops
from scanner.fixes.text import Offsets, apply, line_break
from scanner.fixes.writing import block, flow, strict_json
from scanner.formats.kubernetes.objects import Written
from scanner.model.finding import Edit
from scanner.model.place import Pointer, value_at
from scanner.model.resource import Part, Resource
from scanner.syntax.documents import documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source
from scanner.typed import Any, Iterator, Sequence

_DASH = re.compile(r"\s*-\s+\Z")
Range = tuple[int, int]


def edits(remedy: Remedy, text: str) -> tuple[Edit, ...]:
    """Return the edits that carry out a remedy; none where the text would not say exactly that afterwards."""
    locator = remedy.resource.locator
    if not isinstance(locator, Written):
        return ()
    try:
        wanted = changed(remedy.resource.data, remedy.changes)
        found = tuple(_edits(remedy, _Page(remedy.resource, text), wanted))
        new = apply(text, found)
    except ImpossibleError:
        return ()
    before, after = _contents(text), _contents(new)
    places = [at for at, data in enumerate(before) if value_at(data, locator.base) == remedy.resource.data]
    fits = any(after == [*before[:at], _replaced(before[at], locator.base, wanted), *before[at + 1 :]] for at in places)
    return found if fits and new != text else ()


def _edits(remedy: Remedy, page: _Page, wanted: Any) -> Iterator[Edit]:
    data, changes = remedy.resource.data, remedy.changes
    longer = [one for one in changes if one.verb == "append" and isinstance(value_at(data, one.pointer), list)]
    for change in changes:
        if change.verb == "remove":
            yield page.remove(change.pointer)
        elif change in longer:
            yield page.append(change.pointer, change.value)
    for pointer in tops(data, [one for one in changes if one.verb != "remove" and one not in longer]):
        yield page.set(pointer, value_at(wanted, pointer))


def _contents(text: str) -> list[Any]:
    """Return the data of each document; what cannot be read stands for itself."""
    found = []
    for document in documents(Source("", text), KUBERNETES):
        try:
            found.append(document.load().data)
        except MalformedError:
            found.append(document.text)
    return found


def _replaced(data: Any, base: Pointer, value: Any) -> Any:
    if not base:
        return value
    key, *rest = base
    inner = _replaced(data[key], tuple(rest), value)
    if isinstance(data, dict):
        return {**data, key: inner}
    return [inner if number == key else item for number, item in enumerate(data)]


class _Page:
    """One object's text, and where its parts stand. Every method raises ImpossibleError for what it cannot do with certainty."""

    def __init__(self, resource: Resource, text: str) -> None:
        self._resource = resource
        self._text = text
        self._offsets = Offsets(text)
        self._break = line_break(text)
        self._json = text.lstrip()[:1] in ("{", "[")

    def set(self, pointer: Pointer, value: Any) -> Edit:
        """Replace the value there, or write the missing last key of the pointer."""
        if self._resource.span(pointer, "value") is None:
            return self._add(pointer, value)
        start, end = self._range(pointer, "value")
        if not isinstance(pointer[-1], str):
            return self._edit(start, end, self._flow(value))
        colon = self._text.index(":", self._range(pointer, "key")[1]) + 1
        between = self._text[colon:start]
        if start == end:
            return self._edit(colon, colon, f" {self._flow(value)}")
        if "#" in between:
            raise ImpossibleError
        return (
            self._edit(colon, end, f" {self._flow(value)}") if not between or "\n" in between else self._edit(start, end, self._flow(value))
        )

    def remove(self, pointer: Pointer) -> Edit:
        """Take a key or an item away, with its line where it has lines of its own."""
        parent = pointer[:-1]
        siblings = self._children(parent)
        start, end = self._range(pointer, "whole")
        if len(siblings) == 1:
            return self.set(parent, [] if isinstance(pointer[-1], int) else {}) if parent else _impossible()
        following = next((one[0] for one in siblings if one[0] > start), None)
        if self._is_flow(parent):
            before = max((one[1] for one in siblings if one[1] <= start), default=start)
            return self._edit(start, following, "") if following else self._edit(before, end, "")
        line = self._offsets.line_start(start)
        lead = self._text[line:start]
        if not lead.strip() or (isinstance(pointer[-1], int) and _DASH.match(lead)):
            return self._edit(line, self._offsets.next_line(end), "")
        if following is None or "#" in self._text[start:following]:
            raise ImpossibleError
        return self._edit(start, following, "")

    def append(self, pointer: Pointer, value: Any) -> Edit:
        """Write a further item of a list."""
        items = self._children(pointer)
        if self._is_flow(pointer):
            start = items[-1][1] if items else self._range(pointer, "value")[0] + 1
            return self._edit(start, start, f"{', ' if items else ''}{self._flow(value)}")
        lead = self._text[self._offsets.line_start(items[0][0]) : items[0][0]]
        if not _DASH.match(lead) or self._ends_literally((*pointer, len(items) - 1)):
            raise ImpossibleError
        end = self._offsets.line_end(items[-1][1])
        return self._edit(end, end, f"{self._break}{lead}{flow(value)}")

    def _add(self, pointer: Pointer, value: Any) -> Edit:
        parent, key = pointer[:-1], pointer[-1]
        if not isinstance(key, str):
            raise ImpossibleError
        children = self._children(parent)
        if self._is_flow(parent):
            return self._add_in_flow(parent, children, key, value)
        start = children[0][0]
        indent = " " * (start - self._offsets.line_start(start))
        written = block(key, value, indent, self._break)
        above = next((one for one in reversed(children) if not self._ends_literally((*parent, self._key_at(parent, one)))), None)
        if above is None:
            return self._edit(start, start, f"{written}{self._break}{indent}")
        end = self._offsets.line_end(above[1])
        return self._edit(end, end, f"{self._break}{indent}{written}")

    def _add_in_flow(self, parent: Pointer, children: Sequence[Range], key: str, value: Any) -> Edit:
        start, end = self._range(parent, "value")
        written = f"{strict_json(key)}: {self._flow(value)}" if self._json else self._flow({key: value})[1:-1]
        if not children:
            return self._edit(start + 1, start + 1, written)
        first, last = children[-1]
        if "\n" not in self._text[last : end - 1]:
            return self._edit(last, last, f", {written}")
        line = self._offsets.line_start(first)
        indent = self._text[line:first]
        below = f"{self._break}{indent if not indent.strip() else ''}{written}"
        behind = self._text[last : (line_end := self._offsets.line_end(last))]
        if "#" not in behind:
            return self._edit(last, last, f",{below}")
        comma = behind.lstrip().startswith(",")  # the comment stays with what it is about
        return self._edit(last, line_end, f"{behind}{below}," if comma else f",{behind}{below}")

    def _ends_literally(self, pointer: Pointer) -> bool:
        """Tell whether the text of a value ends in a literal or folded scalar, below which nothing can be written unnoticed."""
        data = value_at(self._resource.data, pointer)
        while isinstance(data, dict | list) and data:
            children = self._children(pointer)
            last: str | int = self._key_at(pointer, children[-1]) if isinstance(data, dict) else len(data) - 1
            pointer, data = (*pointer, last), data[last]  # type: ignore[index]
        return self._text.startswith(("|", ">"), self._range(pointer, "value")[0])

    def _key_at(self, parent: Pointer, place: Range) -> str:
        keys: dict[str, Any] = value_at(self._resource.data, parent)
        return next(key for key in keys if self._range((*parent, key), "whole") == place)

    def _children(self, pointer: Pointer) -> list[Range]:
        """Return the ranges of all keys with their values, or of all items, as they stand."""
        data = value_at(self._resource.data, pointer)
        names: Any = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else _impossible()
        return sorted(self._range((*pointer, name), "whole") for name in names)

    def _is_flow(self, pointer: Pointer) -> bool:
        return self._text.startswith(("{", "["), self._range(pointer, "value")[0])

    def _range(self, pointer: Pointer, part: Part) -> Range:
        """Return where a part stands, if it stands at its own place and not behind an alias or a merge."""
        span = self._resource.span(pointer, part)
        if span is None or self._resource.place(pointer).related:
            raise ImpossibleError
        return self._offsets.range(span)

    def _flow(self, value: Any) -> str:
        return strict_json(value) if self._json else flow(value)

    def _edit(self, start: int, end: int, text: str) -> Edit:
        return self._offsets.edit(self._resource.path, start, end, text)


def _impossible() -> Any:
    raise ImpossibleError
