"""Other tools whose findings are merged in, one module each, found by walking this package.

An engine module has

* ``NAME``: the word after ``--engine``; also the name of the program and of its tool in ``equivalents``;
* ``REQUIREMENT``: what ``plumbrule engines install`` installs, pinned to the version that the module was written for;
* ``arguments(folder: str) -> list[str]``: the command line for a folder, without the program; it reaches no network and runs nothing;
* ``answer(text: str, folder: str) -> Answer``: what its standard output says. May raise ValueError, KeyError, TypeError.

A program sees a copy of the scanned files alone, so that no configuration file of the repository can make it load code.
"""

from __future__ import annotations

from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.rule import Severity
from scanner.typed import Sequence


class Row(NamedTuple):
    """What an engine says about one place; ``resource`` is its own name for what it judged.

    Lines are 1-based and inclusive; columns, of the first line, 1-based code points with an exclusive end, 1 and 1 where it has none.
    """

    check: str
    title: str
    severity: Severity
    message: str
    path: str
    line: int
    end_line: int
    resource: str
    url: str = ""
    column: int = 1
    end_column: int = 1


class Answer(NamedTuple):
    """Failures, what was judged and is right, and what the engine could not read."""

    failed: Sequence[Row] = ()
    passed: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
