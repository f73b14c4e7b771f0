"""The pieces that the text format is laid out of: colour, a marked line of source, a remark under it, a problem."""

from __future__ import annotations

from scanner import mask
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.render._excerpt import Excerpt, window
from scanner.render._words import place
from scanner.typed import Callable, Iterator

_COLOURS = {
    "critical": "1;31", "high": "31", "medium": "33", "low": "36", "info": "2", "unknown": "35", "problem": "1;37;41", "good": "32",
    "place": "34", "bold": "1", "dim": "2",
}  # fmt: skip


class Style(NamedTuple):
    """How to write: ``paint`` colours a text by its role, ``width`` is the terminal's, ``excerpt`` finds the line of a place."""

    paint: Callable[[str, str], str]
    width: int
    excerpt: Callable[[Span | None], Excerpt | None]


def ansi(role: str, text: str) -> str:
    """Colour a text by its role."""
    return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if text else text


def plain(_role: str, text: str) -> str:
    """Leave a text as it is."""
    return text


def source(excerpt: Excerpt | None, style: Style, margin: int, role: str) -> Iterator[str]:
    """Write a line of source with its columns underlined; nothing where there is none."""
    if excerpt is None:
        return
    _, text, start, end = window(excerpt, style.width - margin - 4)
    bar = style.paint("place", "|")
    yield f"{' ' * margin} {bar}"
    yield f"{style.paint('place', str(excerpt.line).rjust(margin))} {bar} {text}"
    yield f"{' ' * margin} {bar} {' ' * _wide(text[:start])}{style.paint(role, '^' * max(1, _wide(text[start:end])))}"


def remark(label: str, text: str, style: Style, margin: int) -> Iterator[str]:
    """Write a labelled sentence, wrapped; nothing where it is empty."""
    if text.strip():
        lead = f"{' ' * margin} = {label}: "
        first, *rest = wrapped(text, max(30, style.width - len(lead)))
        yield f"{' ' * margin} {style.paint('place', '=')} {style.paint('bold', f'{label}:')} {first}"
        yield from (" " * len(lead) + line for line in rest)


def wrapped(text: str, width: int) -> list[str]:
    """Break text between words into lines of at most ``width``; a longer word, an address mostly, stays whole so that it can be copied.

    The standard library does the same, and is slow to load.
    """
    lines = [""]
    for word in text.split():
        if not lines[-1]:
            lines[-1] = word
        elif len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def told(problem: Problem, style: Style, *, accepted: bool = False) -> Iterator[str]:
    """Write a problem, with its line of source where it sits inside a file rather than being about it."""
    role = "dim" if accepted else "critical"
    label = f"accepted problem[{problem.kind}]" if accepted else f"problem[{problem.kind}]"
    yield f"{style.paint(role, label)}{style.paint('bold', f': {mask.prose(problem.detail)}')}"
    if problem.location:
        margin = len(str(problem.location.line))
        yield f"{' ' * margin}{style.paint('place', '-->')} {place(problem.location)}"
        if problem.location[1:3] != (1, 1):
            yield from source(style.excerpt(problem.location), style, margin, role)


def _wide(text: str) -> int:
    """Count the columns that a terminal needs: two for East Asian wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)
