"""A change of few manifests at which nobody looks from elsewhere: what was said of all other files holds, and they are not read.

Quiet is a file of which a note tells everything, in which nothing silences a finding, and which is as it was. All others are loud.
"""

from __future__ import annotations

from scanner.formats.kubernetes.noting import counted, is_plain
from scanner.inventory import Completeness, Inventory
from scanner.model.counts import Counts
from scanner.pipeline.beyond import circumstances_before, paths_before, still_beyond
from scanner.pipeline.looking import Asked, Looked, asked_of
from scanner.pipeline.noting import both, far_question, judge_near
from scanner.pipeline.reading import NOTED, Reading, read
from scanner.pipeline.scopes import Scope, config_at
from scanner.pipeline.seen import Seen
from scanner.ruleset import Ruleset
from scanner.typed import Iterable


def look_quietly(scope: Scope, ruleset: Ruleset, seen: Seen, names: frozenset[str]) -> Looked | None:
    """Judge what is loud and the files of some names; None where what was ``seen`` before need not hold of all others."""
    changed = _changed(scope, seen)
    if changed is None or scope.tree.notes is None or scope.problems or not all(path.endswith(NOTED) for path in changed):
        return None
    loud = frozenset(path for path in scope.paths if path not in seen.quiet).union(changed, names & set(scope.paths))
    asked = asked_of([scope], ruleset)
    reading = read([scope._replace(paths=sorted(loud), named=())], asked.wanted)
    if any(not _is_alike(scope, path, seen.paths[path]) for path in changed):
        return None
    inventory = Inventory(reading.resources, Completeness(*seen.completeness))
    question = asked.question(ruleset, _holding(scope, reading, asked))
    far = still_beyond(scope, far_question(question), inventory, reading, loud)
    if far is None:
        return None
    judged = both(far, judge_near(scope, question, inventory, reading))
    reading.files, reading.by_type = seen.files, Counts(seen.by_type)
    around = circumstances_before(scope.tree.notes)
    return Looked(config_at([scope]), asked.selected, asked.wanted, asked.views, inventory, reading, judged, around, loud)


def _changed(scope: Scope, seen: Seen) -> frozenset[str] | None:
    """Return the scanned files that are others than those that were seen; None where files came or went, or others matter."""
    if len(scope.paths) != len(seen.paths) or any(path not in seen.paths for path in scope.paths) or scope.tree.differing(seen.others):
        return None
    return frozenset(scope.tree.differing(seen.paths))


def _is_alike(scope: Scope, path: str, before: str | None) -> bool:
    """Tell whether a file can be read without problems and holds as many objects of each type as before."""
    notes, note = scope.tree.notes, scope.tree.note(path)
    if notes is None or note is None or before is None:
        return False
    return is_plain(note) and counted(note) == counted(notes.seen(path, before))


def _holding(scope: Scope, reading: Reading, asked: Asked) -> set[int]:
    """Return the configurations, by ``id()``, that hold for anything at all."""
    found = {id(one) for one in reading.configs.values()}
    if len(asked.selected) > len(found):
        found |= {id(scope.settings.at(path.rpartition("/")[0])) for path in paths_before(scope.tree.notes)}
    return found


def quiet_of(scope: Scope, paths: Iterable[str]) -> frozenset[str]:
    """Return those of some files that are quiet when they are next as they are now."""
    noted = ((path, scope.tree.note(path)) for path in paths if path.endswith(NOTED))
    return frozenset(path for path, note in noted if note is not None and is_plain(note) and path not in scope.tree.marked)
