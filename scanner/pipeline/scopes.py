"""What is scanned: trees with the files selected in them and the configuration that holds there."""

from __future__ import annotations

from scanner.config import Config
from scanner.configuration.read import Settings
from scanner.model.errors import ConfigError
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.sources.remembered import RememberedTree
from scanner.syntax.text import decode
from scanner.typed import Callable, Iterable, Iterator, Sequence


class Scope(NamedTuple):
    """One tree to scan: the files selected in it, the paths that were named, its configuration, and whether this is all of it.

    ``root`` is the tree's folder on disk, where it has one; it is never printed. ``skipped`` are paths that were passed over, and why.
    """

    tree: RememberedTree
    paths: Sequence[str]
    named: Sequence[str]
    settings: Settings
    whole: bool
    problems: Sequence[Problem] = ()
    root: str | None = None
    skipped: Sequence[tuple[str, str]] = ()


def configs_of(scopes: Iterable[Scope]) -> list[Config]:
    """Return each configuration that holds somewhere in the scopes, once, the root's first."""
    found: dict[int, Config] = {}
    for settings, folder in _folders(scopes):
        config = settings.at(folder)
        found.setdefault(id(config), config)
    return list(found.values())


def _folders(scopes: Iterable[Scope]) -> Iterator[tuple[Settings, str]]:
    for scope in scopes:
        yield from ((scope.settings, folder) for folder in sorted({"", *map(_folder, scope.paths)}))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def placed(error: ConfigError, scopes: Iterable[Scope]) -> ConfigError:
    """Return the error with the place where its setting was written, if it was."""
    if error.span is not None or not error.setting:
        return error
    spans = (settings.origin(folder, error.setting) for settings, folder in _folders(scopes))
    return ConfigError(error.message, next(filter(None, spans), None), error.hint)


def config_at(scopes: Sequence[Scope]) -> Callable[[str], Config]:
    """Return the function that gives the configuration of a path; "" and paths of no scope have the first scope's."""
    known: dict[str, Config] = {}

    def find(path: str) -> Config:
        folder = _folder(path)
        if folder not in known or len(scopes) > 1:
            scope = next((one for one in scopes if path and one.tree.is_file(path)), scopes[0])
            known[folder] = scope.settings.at(folder)
        return known[folder]

    return find


def text_of(scopes: Sequence[Scope], *, marked: bool = False) -> Callable[[str], str | None]:
    """Return the function that gives a file's text; ``marked`` keeps a byte order mark of UTF-8, which GitHub's line hash counts."""

    def text(path: str) -> str | None:
        for scope in scopes:
            if scope.tree.is_file(path):
                content = scope.tree.read(path)
                return ("\ufeff" if marked and content.startswith(b"\xef\xbb\xbf") else "") + decode(content)
        return None

    return text
