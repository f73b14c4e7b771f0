"""What the command line names becomes scopes to scan: trees, the files in them, and their configuration."""

from __future__ import annotations

import os

from scanner.cli.chosen import Choices, choices
from scanner.configuration.layers import Layer
from scanner.configuration.read import PREFIX, Settings, text_layer
from scanner.governance.suppressions import MARKER
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.pipeline import Scope, gather
from scanner.ruleset import Ruleset, load
from scanner.sources.files import FileTree, Opened, open_paths, walk, walk_noted
from scanner.sources.notes import Notes
from scanner.sources.remembered import RememberedTree
from scanner.tables import data_folder
from scanner.typed import Any, Iterable, Mapping, Sequence


def open_scopes(paths: Iterable[str], chosen: Choices, notes: Notes | None = None) -> tuple[Scope, ...]:
    """Open the named files and folders, one scope per repository. Raises UserError for one that does not exist."""
    only = _only(chosen)
    return tuple(_scope(opened, chosen, only, notes) for opened in open_paths(paths))


def _scope(opened: Opened, chosen: Choices, only: Layer | None, notes: Notes | None) -> Scope:
    tree = RememberedTree(opened.tree, MARKER, notes)
    settings = Settings(tree, chosen.layer, _environment(), only, _inside(opened.tree, chosen.config_file))
    excluded = [(named, settings.at(_folder(opened.tree, named)).exclude) for named in opened.named]
    walked = [walk(opened.tree, *one) if notes is None else walk_noted(opened.tree, *one, notes) for one in excluded]
    paths = sorted({path for one in walked for path in one.paths})
    problems = sorted({problem for one in walked for problem in one.problems})
    skipped = sorted({row for one in walked for row in one.skipped})
    return Scope(tree, paths, opened.named, settings, "" in opened.named, problems, opened.tree.root, skipped)


def _folder(tree: FileTree, named: str) -> str:
    return os.path.dirname(named) if tree.is_file(named) else named


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}


def _only(chosen: Choices) -> Layer | None:
    """Read the file of ``--config``; paths in it are relative to the scanned root."""
    if chosen.config_file is None:
        return None
    try:
        with open(chosen.config_file, "rb") as handle:
            content = handle.read()
    except OSError as error:
        raise ConfigError(f"cannot read {chosen.config_file}: {error.strerror}") from error
    folder = FileTree(os.path.dirname(os.path.abspath(chosen.config_file)))
    return text_layer(folder, os.path.basename(chosen.config_file), content)


def _inside(tree: FileTree, file: str | None) -> str | None:
    path = os.path.relpath(os.path.realpath(file), tree.root).replace(os.sep, "/") if file else ".."
    return None if path.startswith("..") else path


def open_settings(path: str, chosen: Choices) -> tuple[Settings, str]:
    """Return the configuration of the repository that holds a path, and the path inside it."""
    opened = open_paths([path])[0]
    return Settings(opened.tree, chosen.layer, _environment(), _only(chosen)), opened.named[0]


def rules_of(scopes: Sequence[Scope], chosen: Choices) -> Ruleset:
    """Load the built-in rules, those of ``--rules`` and those that configuration names."""
    return load(rule_folders(scopes, chosen.rule_folders))


def rule_folders(scopes: Sequence[Scope], given: Sequence[str]) -> list[str]:
    """Return the folders that rules come from: the built-in one, those of ``--rules`` and those that configuration names."""
    configured = (os.path.join(scope.root or "", folder) for scope in scopes for folder in scope.settings.at("").rule_folders)
    return [data_folder("rules"), *dict.fromkeys((*given, *configured))]


def built_in_rules(chosen: Choices) -> Ruleset:
    """Load the built-in rules and those of ``--rules``."""
    return load([data_folder("rules"), *chosen.rule_folders])


def inventory_of(paths: Sequence[str], given: Mapping[str, Any], reads: Iterable[str]) -> tuple[Inventory, Scope, Sequence[Problem]]:
    """Read what a command about one view needs: the inventory of the named paths (default ``.``), the first scope and all problems.

    ``given`` are the options of ``reading_options``; ``reads`` the types that the view looks at.
    """
    scopes = open_scopes(paths or (".",), choices(given))
    inventory, reading = gather(scopes, Wanted(frozenset(reads) | {"Namespace"}, "*" in reads))
    return inventory, scopes[0], reading.problems


def shared_folder(scope: Scope) -> str:
    """Return the folder that holds everything that was named: its configuration says who tenants are and where data may be."""
    folders = [os.path.dirname(named) if scope.tree.is_file(named) else named for named in scope.named]
    return os.path.commonpath(folders) if folders and all(folders) else ""
