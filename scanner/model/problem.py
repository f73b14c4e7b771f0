"""Problems: every way in which input could not be read, parsed or judged. None of them is ever green."""

from __future__ import annotations

from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.typed import Literal

ProblemKind = Literal[
    "unreadable", "unparsable", "unsupported", "unrenderable", "unreachable", "forbidden", "too-large", "duplicate-key",
    "nothing-recognised", "rule-crash", "engine-failed",
]  # fmt: skip
"""Closed list of the CLI contract."""


class Problem(NamedTuple):
    """Something could not be looked at. ``location`` is None where no file is concerned; ``detail`` names the next step."""

    kind: ProblemKind
    location: Span | None
    detail: str


def file_problem(kind: ProblemKind, path: str, detail: str, line: int = 1, column: int = 1) -> Problem:
    """Make a problem that sits at one point of a file."""
    return Problem(kind, Span(path, line, column, line, column), detail)
