"""One module per output format, found by walking this package.

A renderer module has ``NAME`` (the word after ``--format``; ``-`` in the name is ``_`` in the module) and
``render(report: Report) -> str``, pure and deterministic. Nothing of the input is printed but through ``scanner.mask``.
Modules that begin with ``_`` are parts that several formats share; modules without ``NAME`` write the answers of views.
"""

from __future__ import annotations

import os
from importlib import import_module

from scanner.kept import cache
from scanner.model.report import Report
from scanner.typed import Any

_FOLDER = os.path.dirname(os.path.abspath(__file__))


@cache
def names() -> tuple[str, ...]:
    """Return the words that ``--format`` knows, sorted, by looking at the files alone: no format is imported."""
    files = [file for file in os.listdir(_FOLDER) if file.endswith(".py") and not file.startswith("_")]
    return tuple(sorted(file[:-3].replace("_", "-") for file in files if _is_format(file)))


def _is_format(file: str) -> bool:
    with open(os.path.join(_FOLDER, file), encoding="utf-8") as source:
        return any(line.startswith("NAME = ") for line in source)


def render(name: str, report: Report, **options: Any) -> str:
    """Write a report in one format of ``names()``; ``options`` are those of its ``render`` (``colour`` and ``width`` of text)."""
    module = import_module(f"scanner.render.{name.replace('-', '_')}")
    written: str = module.render(report, **options)
    return written
