"""What governance needs of the input: the suppressions written there, and the problems that configuration lives with."""

from __future__ import annotations

from scanner.config import Config
from scanner.governance.suppressions import Written, allow_critical, annotated, commented, configured
from scanner.inventory import Inventory
from scanner.model.glob import matches
from scanner.model.problem import Problem
from scanner.pipeline.scopes import Scope, configs_of, text_of
from scanner.ruleset import Ruleset
from scanner.syntax.text import decode
from scanner.typed import TYPE_CHECKING, Callable, Iterable, Sequence

if TYPE_CHECKING:
    from scanner.governance.inline import Comment


def ignores_of(scopes: Sequence[Scope], inventory: Inventory, ruleset: Ruleset) -> Written:
    """Collect every suppression: configured, in comments of files that were read, and in annotations."""
    entries = dict.fromkeys(entry for config in configs_of(scopes) for entry in config.suppressions)
    by_comment = commented(list(_comments(scopes)), text_of(scopes), ruleset)
    by_annotation = annotated(inventory, ruleset)
    ignores = [*configured(list(entries), ruleset), *by_comment.ignores, *by_annotation.ignores]
    return Written(ignores, [*by_comment.notes, *by_annotation.notes], allow_critical(scopes[0].settings.at("")))


def _comments(scopes: Iterable[Scope]) -> Iterable[Comment]:
    for scope in scopes:
        for path in sorted(scope.tree.marked & set(scope.paths)):
            from scanner.governance.inline import comments_of  # few files have such comments

            yield from comments_of(path, decode(scope.tree.read(path)))


def accepted(problems: Iterable[Problem], config_of: Callable[[str], Config]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Split problems into those that make a scan incomplete and those that configuration accepts."""
    loud: list[Problem] = []
    quiet: list[Problem] = []
    for problem in problems:
        path = problem.location.path if problem.location else ""
        entries = config_of(path).accept
        fits = any(problem.kind in one.kinds and (not one.paths or any(matches(path, glob) for glob in one.paths)) for one in entries)
        (quiet if fits else loud).append(problem)
    return tuple(loud), tuple(quiet)
