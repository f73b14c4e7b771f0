"""Files become resources: each is claimed by one format, what they embed is handed on, and nothing is lost on the way."""

from __future__ import annotations

from scanner import registry
from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.kept import cache
from scanner.model.counts import Counts
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import UnreadableError, Wanted
from scanner.model.resource import Resource
from scanner.pipeline.scopes import Scope
from scanner.pipeline.wholes import Whole, read_now, read_whole
from scanner.syntax.text import decode
from scanner.typed import Any, Callable, Iterable, Mapping, Sequence

NOTED = (".yaml", ".yml", ".json")
"""Endings of files that are looked into before it is known whose they are, and of which notes are taken."""
NOTED_FORMAT = "kubernetes"
_READ_ALL_THE_SAME = ("duplicate-key",)
"""Kinds of problems that hide nothing."""


class Reading:
    """Everything that was read, as it grows: resources with the configuration that holds for each, problems and counts.

    ``unread`` are the languages in which something could not be read, by the names of their formats; "*" where the language is not known.
    ``wholes`` are what languages made of their files that are noted as one.
    """

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.configs: dict[int, Config] = {}
        self.problems: list[Problem] = []
        self.unread: set[str] = set()
        self.wholes: list[Whole] = []
        self.files = 0
        self.by_type: Counts[str] = Counts()


def gather(scopes: Sequence[Scope], wanted_types: Wanted) -> tuple[Inventory, Reading]:
    """Read the scopes into one inventory that knows how complete it is."""
    reading = read(scopes, wanted_types)
    return Inventory(reading.resources, _completeness(scopes, reading, scopes[0].settings.at(""))), reading


def _completeness(scopes: Sequence[Scope], reading: Reading, config: Config) -> Completeness:
    whole = all(scope.whole for scope in scopes)
    declared = frozenset(config.kubernetes.get("complete_namespaces") or ())
    seen = frozenset(resource.key.name for resource in reading.resources if resource.key.type == "Namespace")
    return Completeness(whole, declared | seen, bool(config.kubernetes.get("complete")), frozenset(reading.unread))


def read(scopes: Sequence[Scope], wanted_types: Wanted) -> Reading:
    """Read every file of every scope with the format that claims it."""
    reading = Reading()
    for scope in scopes:
        unclaimed = list(scope.problems)
        seen: set[str] = set()
        for module, paths in claimed(scope, unclaimed).items():
            take = read_now if module.NAME == NOTED_FORMAT else read_whole
            found = take(module, scope.tree, paths, wanted_types, scope.settings.at(""))
            _take(found, scope, reading)
            reading.wholes += [found] if take is read_whole else []
            reading.unread |= {module.NAME for problem in found.problems if problem.kind not in _READ_ALL_THE_SAME}
            seen |= found.files | {problem.location.path for problem in found.problems if problem.location}
        unclaimed += _unrecognised(scope, seen)
        reading.problems += unclaimed
        reading.unread |= {"*" for _ in unclaimed}  # nobody knows which language it was
    reading.problems.sort(key=lambda problem: (problem.location is None, problem.location or (), problem.kind, problem.detail))
    return reading


def claimed(scope: Scope, problems: list[Problem]) -> dict[Any, list[str]]:
    """Ask the formats, lower ``ORDER`` first, whose each file is; an unreadable file is a problem."""
    formats = sorted(registry.declaring("scanner.formats", "NAME"), key=lambda module: (module.ORDER, module.NAME))
    by_name = {module.NAME: module for module in formats}
    found: dict[Any, list[str]] = {}
    for path in scope.paths:
        try:
            owner = _noted_owner(scope, path, by_name) if scope.tree.notes is not None else _owner(scope, path, formats)
        except UnreadableError as error:
            problems.append(error.problem)
            continue
        if owner is not None:
            found.setdefault(owner, []).append(path)
    return found


def _owner(scope: Scope, path: str, formats: Iterable[Any]) -> Any:
    head = _head(scope, path)
    return next((module for module in formats if module.claims(path, head)), None)


def _noted_owner(scope: Scope, path: str, by_name: Mapping[str, Any]) -> Any:
    """Return whose a file is without looking into it a second time; only of these languages is more to be known than the name."""
    note = scope.tree.note(path) if path.endswith(NOTED) else None
    if note is None:
        return _owner(scope, path, by_name.values())
    if "owner" not in note:
        owner = _owner(scope, path, by_name.values())
        note["owner"] = owner.NAME if owner is not None else ""
    return by_name.get(note["owner"])


def _head(scope: Scope, path: str) -> Callable[[], str]:
    return cache(lambda: decode(scope.tree.read(path)))  # several formats look inside


def _take(found: Whole, scope: Scope, reading: Reading) -> None:
    for resource in found.resources:
        reading.resources.append(resource)
        reading.configs[id(resource)] = scope.settings.at(resource.path.rpartition("/")[0])
    reading.problems += found.problems
    reading.files += len(found.files)
    reading.by_type.add(found.by_type)


def _unrecognised(scope: Scope, seen: set[str]) -> list[Problem]:
    empty = [name for name in scope.named if not any(_below(path, name) for path in seen)]
    return [
        file_problem("nothing-recognised", name or ".", "nothing here is of a language that plumbrule knows: check the path")
        for name in empty
    ]


def _below(path: str, name: str) -> bool:
    return not name or path == name or path.startswith(f"{name}/")
