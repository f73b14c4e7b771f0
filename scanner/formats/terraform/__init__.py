"""Terraform and OpenTofu: the language itself is evaluated, and what cannot be known stays unknown with its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from scanner.config import Config
from scanner.model.reading import Parsed, Tree, Wanted
from scanner.model.resource import Resource

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
    from scanner.formats.terraform.evaluations import evaluations
    from scanner.formats.terraform.library import Library
    from scanner.formats.terraform.resources import instances, modules, provider_resources, resource, type_name

    section = config.terraform
    library = Library(tree, section.get("module_cache"))
    asked = wanted.__contains__
    resources: list[Resource] = []
    by_type: Counter[str] = Counter()
    for module, files in evaluations(library, paths, section):
        for inner in modules(module, files):
            if asked("provider"):
                resources += provider_resources(inner)
            by_type["provider"] += len(inner.configuration.providers)
        for instance in instances(module, files):
            by_type[type_name(instance)] += 1
            if asked(type_name(instance)):
                resources.append(resource(instance))
    return Parsed(resources, tuple(library.problems), frozenset(paths), dict(sorted(by_type.items())))
