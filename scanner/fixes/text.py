"""Edits on a text: where they are as offsets, which of them go together, and what comes out."""

from __future__ import annotations

import re
from bisect import bisect_right

from scanner.model.finding import Edit
from scanner.model.place import Span
from scanner.typed import Iterable, Sequence

_BREAK = re.compile(r"\r\n?|\n")


class Offsets:
    """Lines and columns of one text as offsets, and back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def at(self, line: int, column: int) -> int:
        """Return the offset of a place."""
        return self._starts[line - 1] + column - 1

    def range(self, span: Span) -> tuple[int, int]:
        """Return start and end of a span."""
        return self.at(span.line, span.column), self.at(span.end_line, span.end_column)

    def edit(self, path: str, start: int, end: int, text: str) -> Edit:
        """Return the edit that replaces a range of offsets."""
        return Edit(Span(path, *self._point(start), *self._point(end)), text)

    def line_start(self, offset: int) -> int:
        """Return where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, before its break."""
        match = _BREAK.search(self.text, offset)
        return match.start() if match else len(self.text)

    def next_line(self, offset: int) -> int:
        """Return where the line after that of an offset begins."""
        match = _BREAK.search(self.text, offset)
        return match.end() if match else len(self.text)

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def line_break(text: str) -> str:
    """Return the line break that a text uses."""
    match = _BREAK.search(text)
    return match[0] if match else "\n"


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with all edits made. They must not overlap."""
    offsets = Offsets(text)
    for start, end, new in sorted(((*offsets.range(edit.span), edit.text) for edit in edits), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def compatible(groups: Iterable[Sequence[Edit]]) -> list[Edit]:
    """Return the edits of as many groups as go together, first come first served; a group is taken whole or not at all."""
    taken: dict[Edit, None] = {}
    for group in groups:
        fresh = [edit for edit in group if edit not in taken]
        if not any(_touch(edit.span, other.span) for edit in fresh for other in taken):
            taken.update(dict.fromkeys(fresh))
    return list(taken)


def _touch(one: Span, other: Span) -> bool:
    if one.path != other.path:
        return False
    return one[1:3] <= other[3:5] and other[1:3] <= one[3:5]
