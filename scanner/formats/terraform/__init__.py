"""Terraform and OpenTofu: the language itself is evaluated, and what cannot be known stays unknown with its cause."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from scanner.config import Config, Section
from scanner.model.reading import Parsed, Tree, Wanted
from scanner.model.resource import Resource

if TYPE_CHECKING:
    from scanner.formats.terraform.library import Library
    from scanner.formats.terraform.modules import Module

NAME = "terraform"
ORDER = 10
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


def claims(path: str, head: Callable[[], str]) -> bool:  # noqa: ARG001 - the name alone tells
    """Tell whether a file is part of a Terraform module."""
    return path.endswith(_SUFFIXES)


def read(tree: Tree, paths: Sequence[str], wanted: Wanted, config: Config) -> Parsed:
    """Evaluate every root module among the files' folders and return its resources.

    ``config.terraform`` holds ``roots`` (path → variable set, or a list of them), ``module_cache``, and from the command line
    ``variables``, ``var_files`` and ``environment`` (the TF_VAR_ variables).
    """
    from scanner.formats.terraform.library import Library
    from scanner.formats.terraform.resources import instances, modules, provider_resources, resource, type_name

    section = config.terraform
    library = Library(tree, section.get("module_cache"))
    asked = wanted.__contains__
    resources: list[Resource] = []
    by_type: Counter[str] = Counter()
    for module, files in _evaluations(library, paths, section):
        for inner in modules(module, files):
            if asked("provider"):
                resources += provider_resources(inner)
            by_type["provider"] += len(inner.configuration.providers)
        for instance in instances(module, files):
            by_type[type_name(instance)] += 1
            if asked(type_name(instance)):
                resources.append(resource(instance))
    return Parsed(resources, tuple(library.problems), frozenset(paths), dict(sorted(by_type.items())))


def _evaluations(library: Library, paths: Sequence[str], section: Section) -> Iterator[tuple[Module, frozenset[str]]]:
    """Yield each root module with each of its variable sets, and the files whose resources count."""
    from scanner.formats.terraform.modules import Evaluation, root_module
    from scanner.formats.terraform.roots import roots, variable_sets
    from scanner.formats.terraform.variables import VariableSet, inputs

    configured = section.get("roots") or {}
    given = VariableSet("", tuple(section.get("var_files") or ()), section.get("variables") or {})
    environment = section.get("environment") or {}
    for folder in roots(library, (posixpath.dirname(path) for path in paths), configured):
        for chosen in variable_sets(configured, folder):
            found = inputs(library.tree, folder, chosen, given, environment, library.problems)
            scope = (folder or ".") + (f"[{chosen.name}]" if chosen.name else "")
            for module, files in library.roots(folder):
                yield root_module(Evaluation(library, folder, scope, chosen.workspace), module, found), files
