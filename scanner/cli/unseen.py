"""What could not be looked at, told beside an answer: it is not whole, and the exit code says so too."""

from __future__ import annotations

import click

from scanner.governance.gate import CLEAN, INCOMPLETE
from scanner.model.problem import Problem
from scanner.render._problems import told
from scanner.typed import Sequence


def tell(problems: Sequence[Problem]) -> int:
    """Write problems to standard error, masked; return the exit code."""
    for problem in problems:
        click.echo(told(problem), err=True)
    return INCOMPLETE if problems else CLEAN
