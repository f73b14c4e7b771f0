"""The evaluations of one scan: each root module with each of its variable sets."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.config import Section
from scanner.formats.terraform.calls import root_module
from scanner.formats.terraform.library import Library
from scanner.formats.terraform.modules import Evaluation, Module
from scanner.formats.terraform.roots import roots, variable_sets
from scanner.formats.terraform.variables import VariableSet, inputs


class Evaluated(NamedTuple):
    """A root module with one set of variables, and the files whose resources count in it."""

    module: Module
    files: frozenset[str]


def evaluations(library: Library, paths: Sequence[str], section: Section) -> Iterator[Evaluated]:
    """Yield an evaluation for each root module among the folders of the paths, and each of its variable sets."""
    configured = section.get("roots") or {}
    given = VariableSet("", tuple(section.get("var_files") or ()), section.get("variables") or {})
    environment = section.get("environment") or {}
    for folder in roots(library, (posixpath.dirname(path) for path in paths), configured):
        for chosen in variable_sets(configured, folder):
            found = inputs(library.tree, folder, chosen, given, environment, library.problems)
            scope = (folder or ".") + (f"[{chosen.name}]" if chosen.name else "")
            for module, files in library.roots(folder):
                yield Evaluated(root_module(Evaluation(library, folder, scope, chosen.workspace), module, found), files)
