"""The line of source that a finding is about, fit to be shown: masked, tabs as blanks, with the columns to underline."""

from __future__ import annotations

from scanner import mask
from scanner.kept import lru_cache
from scanner.mask.formats import Range
from scanner.mask.lines import hidden
from scanner.model.place import Span
from scanner.model.reading import UnreadableError
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.syntax.text import lines_of
from scanner.typed import Callable

_Lines = list[tuple[str, list[Range]]]
_TOO_LONG = 4_000


class Excerpt(NamedTuple):
    """One line as shown. ``start`` and ``end`` are the columns of ``text`` to underline, from 0, the end exclusive and after the start."""

    line: int
    text: str
    start: int
    end: int


def excerpts(report: Report) -> Callable[[Span | None], Excerpt | None]:
    """Return the function that finds the excerpt of a place; None where there is no place, no text or no such line."""

    @lru_cache(maxsize=16)  # findings come sorted by path
    def lines(path: str) -> _Lines:
        text = source(report, path)
        if text is None:
            return []
        text = text.removeprefix("\ufeff")  # no column counts it
        return list(zip(lines_of(text), hidden(text), strict=True))

    def excerpt(span: Span | None) -> Excerpt | None:
        if span is None:
            return None
        found = lines(span.path)
        return _shown(span, *found[span.line - 1]) if 0 < span.line <= len(found) else None

    return excerpt


def source(report: Report, path: str) -> str | None:
    """Return the decoded text of a scanned file, None where it cannot be had."""
    try:
        return report.text(path)
    except UnreadableError:  # its problem is in the report
        return None


def window(excerpt: Excerpt, width: int) -> Excerpt:
    """Cut a line longer than ``width`` so that the underlined columns stay visible."""
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    if len(text) <= width:
        return excerpt
    cut = max(0, min(start - width // 4, len(text) - width))
    left, right = "…" if cut else "", "…" if cut + width < len(text) else ""
    shown = left + text[cut + len(left) : cut + width - len(right)] + right
    return Excerpt(excerpt.line, shown, start - cut, min(end - cut, len(shown)))


def _shown(span: Span, line: str, ranges: list[Range]) -> Excerpt | None:
    if len(line) > _TOO_LONG:
        return None
    last = span.end_column - 1 if span.end_line == span.line else len(line)
    text = _print(line, ranges)
    start = min(len(_before(line, ranges, span.column - 1)), len(text))
    end = len(_print(line[:last], [(begin, min(stop, last)) for begin, stop in ranges if begin < last]))
    return Excerpt(span.line, text.rstrip(), start, max(end, start + 1))


def _before(line: str, ranges: list[Range], column: int) -> str:
    """Return what is shown left of a column; of a column inside a hidden range, what is left of that range."""
    column = min([column, *(begin for begin, stop in ranges if begin < column < stop)])
    return _print(line[:column], [(begin, min(stop, column)) for begin, stop in ranges if begin < column])


def _print(line: str, ranges: list[Range]) -> str:
    return mask.escape(mask.cover(line, ranges).replace("\t", "    "))
