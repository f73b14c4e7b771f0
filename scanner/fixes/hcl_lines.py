"""New lines in HCL as ``terraform fmt`` writes them: indented, and with equals signs below each other.

Which lines are aligned together: https://github.com/hashicorp/hcl/blob/v2.23.0/hclwrite/format.go (a run of lines that each hold a whole
argument; a blank line, a comment, and what opens or closes a bracket ends it).
"""

from __future__ import annotations

import re

from scanner.fixes.changing import ImpossibleError
from scanner.fixes.text import Offsets, line_break
from scanner.fixes.writing import hcl, hcl_key
from scanner.model.finding import Edit
from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.typed import Any, Iterator, Mapping

_ARGUMENT = re.compile(r'(?P<indent>[ \t]*)(?P<key>[\w.-]+|"[^"]*"|\([^)]*\))(?P<gap>[ \t]*)=(?!=)(?P<value>.*)')
_QUIET = re.compile(r'"(?:[^"\\]|\\.)*"|(?:#|//).*')


class _Row(NamedTuple):
    """A line with a whole argument: the width of its key, and where the space before the equals sign is."""

    width: int
    gap: tuple[int, int]


class Lines:
    """A file's text by lines. Methods return edits, or raise ImpossibleError."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._offsets = Offsets(text)
        self._break = line_break(text)

    def range(self, span: Span) -> tuple[int, int]:
        """Return start and end of a span as offsets."""
        return self._offsets.range(span)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return the edit that replaces a range."""
        return self._offsets.edit(self._path, start, end, text)

    def without(self, start: int, end: int) -> Edit:
        """Return the edit that takes away whole lines; there must be nothing else on them."""
        line, after = self._offsets.line_start(start), self._offsets.line_end(end)
        if self._text[line:start].strip() or self._text[end:after].partition("#")[0].strip():
            raise ImpossibleError
        return self.edit(line, self._offsets.next_line(end), "")

    def after(self, last: int, close: int, items: list[str]) -> Edit:
        """Return the edit that puts items behind the last one of a list, on lines of their own if that one has one."""
        comma = self._text[last:close].lstrip().startswith(",")
        at = self._text.index(",", last) + 1 if comma else last
        line = self._offsets.line_start(last)
        lead = self._text[line : line + len(self._text[line:]) - len(self._text[line:].lstrip(" \t"))]
        apart = self._break + lead if self._offsets.line_start(close) > line else " "
        written = f",{apart}".join(items)
        return self.edit(at, at, f"{apart}{written}," if comma else f",{apart}{written}")

    def insert(self, opened: int, close: int, arguments: Mapping[str, Any], *, on_one_line: bool) -> Iterator[Edit]:
        """Yield the edits that put arguments before a closing brace."""
        inner = self._text[opened + 1 : close]
        line = self._offsets.line_start(close)
        if not inner.strip():
            lead = re.match(r"[ \t]*", self._text[self._offsets.line_start(opened) :])
            outer = lead[0] if lead else ""
            body = "".join(self._written(arguments, f"{outer}  ", _widest(arguments)))
            yield self.edit(opened + 1, close, f"{self._break}{body}{outer}")
        elif line > opened and not self._text[line:close].strip():
            yield from self._below(line, self._text[line:close], arguments)
        elif on_one_line and "\n" not in inner:
            at = opened + 1 + len(inner.rstrip())
            written = ", ".join(f"{hcl_key(key)} = {hcl(value)}" for key, value in arguments.items())
            yield self.edit(at, at, f" {written}" if inner.rstrip().endswith(",") else f", {written}")
        else:
            raise ImpossibleError

    def _below(self, line: int, outer: str, arguments: Mapping[str, Any]) -> Iterator[Edit]:
        """Put lines at the start of a closing brace's line, below those that are there; these move where a new key is longer."""
        rows = list(self._run(line))
        before = max((row.width for row in rows), default=0)
        aligned = all(row.width + row.gap[1] - row.gap[0] == before + 1 for row in rows)
        width = max(before, _widest(arguments)) if aligned else 0
        if width > before:
            yield from (self.edit(*row.gap, " " * (width + 1 - row.width)) for row in rows)
        comma = "," if self._text[:line].rstrip().endswith(",") else ""
        yield self.edit(line, line, "".join(self._written(arguments, f"{outer}  ", width, comma)))

    def _run(self, line: int) -> Iterator[_Row]:
        """Yield the lines above, upwards, that are aligned together."""
        while line > 0:
            end = line - 1
            line = self._offsets.line_start(end)
            found = _ARGUMENT.match(self._text, line, end)
            if not found or not _closes_itself(found["value"]):
                return
            yield _Row(len(found["key"]), found.span("gap"))

    def _written(self, arguments: Mapping[str, Any], indent: str, width: int, comma: str = "") -> Iterator[str]:
        """Yield lines, their keys as wide as given; maps of several entries have lines of their own."""
        for key, value in arguments.items():
            name = hcl_key(key)
            if _is_whole(value):
                yield f"{indent}{name.ljust(width)} = {hcl(value)}{comma}{self._break}"
            else:
                entries = "".join(self._written(value, f"{indent}  ", _widest(value)))
                yield f"{indent}{name} = {{{self._break}{entries}{indent}}}{comma}{self._break}"


def _widest(arguments: Mapping[str, Any]) -> int:
    return max((len(hcl_key(key)) for key, value in arguments.items() if _is_whole(value)), default=0)


def _is_whole(value: Any) -> bool:
    """Tell whether a value is written on one line."""
    return not isinstance(value, dict) or len(value) < 2


def _closes_itself(value: str) -> bool:
    """Tell whether what is behind an equals sign opens no bracket or heredoc that goes on below."""
    quiet = _QUIET.sub("", value)
    return "<<" not in quiet and sum(map(quiet.count, "([{")) == sum(map(quiet.count, ")]}"))
