"""A change and what was there before it: the whole tree of an earlier commit is judged by today's rules and configuration.

What was found there is no news, and a suppression that a change brings along does not excuse the change.
"""

from __future__ import annotations

from contextlib import ExitStack

from scanner.configuration.read import Settings, text_layer
from scanner.governance.baseline import Known
from scanner.governance.suppressions import Ignore, Written
from scanner.model.counts import tally
from scanner.model.errors import ConfigError
from scanner.model.record import NamedTuple
from scanner.pipeline.deciding import ignores_of
from scanner.pipeline.looking import Looked, ask, look
from scanner.pipeline.revisions import at_revision
from scanner.pipeline.scopes import Scope
from scanner.pipeline.seen import Seen, known_of
from scanner.ruleset import Ruleset
from scanner.sources.memory import MemoryTree
from scanner.sources.overlay import FolderTree
from scanner.typed import Sequence


class Past(NamedTuple):
    """What was found at an earlier commit, and which suppressions were written there."""

    known: Sequence[Known]
    written: Written

    def holding(self, now: Written) -> Written:
        """Return the suppressions that hold: those of the past, inline ones where they stand now; notes name the others."""
        before = tally(ignore.sign for ignore in self.written.ignores)
        twins = tally(ignore.sign for ignore in now.ignores)
        lasting = [ignore for ignore in now.ignores if ignore.inline and twins[ignore.sign] <= before[ignore.sign]]
        configured = [ignore for ignore in self.written.ignores if not ignore.inline]
        notes = [_note(ignore) for ignore in now.ignores if twins[ignore.sign] > before[ignore.sign]]
        return Written([*configured, *lasting], [*now.notes, *self.written.notes, *notes], self.written.allow_critical)


def _note(ignore: Ignore) -> str:
    where = f"{ignore.at.path}:{ignore.at.line}" if ignore.at else "plumbrule.yaml"
    return f"{where}: this suppression comes with the change and does not hold for it: {ignore.reason}"


def past(
    scopes: Sequence[Scope], commits: Sequence[str], ruleset: Ruleset, engines: Sequence[str] = (), seen: Seen | None = None
) -> Past:  # fmt: skip
    """Judge each scope as it was at its commit, by other engines too. Raises ConfigError and RuleError.

    Where that is what was ``seen`` before, nothing is judged, and suppressions of the past are not looked up.
    """
    with ExitStack() as opened:
        before = [at_revision(scope, commit, opened) for scope, commit in zip(scopes, commits, strict=True)]
        if seen is not None and seen.is_of(before[0]):
            return Past(seen.known, Written([], []))
        looked = look(before, ruleset)
        others = ask(engines, before, looked)
        known = list(known_of([*looked.judged.findings, *others.findings]))
        return Past(known, _written(before, looked, others.known_to(ruleset)))


def _written(scopes: Sequence[Scope], looked: Looked, ruleset: Ruleset) -> Written:
    """Collect the suppressions of the past by the configuration of the past; where that is wrong, what it says suppresses nothing."""
    try:
        then = [scope._replace(settings=_settings(scope)) for scope in scopes]
        return ignores_of(then, looked.inventory, ruleset)._replace(notes=[])
    except ConfigError as error:
        unconfigured = [scope._replace(settings=Settings(MemoryTree({}), {}, {})) for scope in scopes]
        note = f"the configuration before the change is wrong and suppresses nothing: {error.message}"
        return ignores_of(unconfigured, looked.inventory, ruleset)._replace(notes=[note])


def _settings(scope: Scope) -> Settings:
    """Return the configuration as it was, where a file that replaces the search stood in the tree too."""
    path = scope.settings.only_path
    if path is None:
        return scope.settings.over(scope.tree, None)
    folder, _, name = path.rpartition("/")
    below = FolderTree(scope.tree, folder)
    return scope.settings.over(scope.tree, text_layer(below, name, below.read(name)) if below.is_file(name) else {})
