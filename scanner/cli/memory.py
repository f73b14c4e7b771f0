"""What the hook knows of a repository from the last time: notes on its files, what was found at HEAD and in the working tree."""

from __future__ import annotations

import os

from scanner import cache
from scanner.governance.baseline import Known
from scanner.model.record import NamedTuple
from scanner.pipeline import Scan, Scope
from scanner.pipeline.quiet import quiet_of
from scanner.pipeline.seen import Seen, known_of
from scanner.sources.notes import Notes
from scanner.typed import Any, Mapping
from scanner.witness import oid, present, program

_MANY = 64
"""Notes after which all are read at once: then most will be asked for."""
_MOST_HEADS = 2
"""Commits other than HEAD of which is remembered what was found there: branches that one goes back to."""


class Head(NamedTuple):
    """A commit (None before the first) and what was found there."""

    commit: str | None
    known: list[Known]


class Memory(NamedTuple):
    """What was remembered of a repository by a program: ``key`` names both.

    ``heads`` and ``scanned`` belong to a question (rules and configuration); ``scanned`` is the working tree as it was looked at,
    ``day`` (ISO) the one on which all this was so, ``stored`` all of it as plain data, but for the notes, which are in ``rows``.
    """

    key: tuple[str, str]
    notes: Notes
    heads: Mapping[str, Any]
    scanned: Any
    day: str
    stored: Any
    rows: cache.Rows | None

    @property
    def untouched(self) -> bool:
        """Tell whether nothing was judged since: what rules said is still what they said of the working tree."""
        return self.notes.judged is self.stored[3]

    def head(self, commit: str, question: str) -> list[Known] | None:
        """Return what was found at a commit, if that is known."""
        rows = self.heads.get(f"{question} {commit}")
        return None if rows is None else [Known(*row) for row in rows]

    def as_it_was(self, question: str) -> Seen | None:
        """Return what the working tree was when this question was asked the last time, and what was found there."""
        if self.scanned is None or self.scanned[0] != question:
            return None
        return Seen(*self.scanned[1:])


def recalled(root: str) -> Memory | None:
    """Return what is remembered of the repository at a folder; None where nobody witnesses what is looked at."""
    seen = present()
    if seen is None or not cache.enabled():
        return None
    key = (root, program())
    stored, rows = cache.load_rows(_name(root), key, _MANY) or (({}, {}, None, None, None, ""), None)
    seen.before, heads, scanned, judged, walked, day = stored
    return Memory(key, Notes({} if rows is None else rows, judged, walked), heads, scanned, day, stored, rows)


def keep(memory: Memory, scope: Scope, question: str, found: Scan, head: Head) -> None:
    """Remember what was looked at and found, in place of what was remembered of the repository before."""
    seen = present()
    if seen is None:
        return
    scanned = _scanned(memory, scope, question, found, seen.files)
    here = {f"{question} {head.commit}": [tuple(row) for row in head.known]} if head.commit is not None else {}
    elsewhere = [item for item in memory.heads.items() if item[0] not in here]
    notes, day = memory.notes, scope.settings.at("").today
    now = (seen.files, {**dict(elsewhere[-_MOST_HEADS:]), **here}, scanned, notes.judged, notes.walked, day)
    fresh, gone = notes.fresh(), notes.gone(all_others=found.loud is None)
    if fresh or gone or now != memory.stored:
        cache.store_rows(_name(memory.key[0]), memory.key, now, fresh, memory.rows, gone)


def _scanned(memory: Memory, scope: Scope, question: str, found: Scan, files: Mapping[str, Any]) -> Any:
    """Return the tree as it was scanned, as plain data; where only loud files were looked at, all others are as they were before."""
    paths, others = _looked_at(scope, files)
    if scope.problems or others is None:
        return None
    before = memory.as_it_was(question)
    rows = [tuple(row) for row in known_of(verdict.finding for verdict in found.report.verdicts)]
    quiet = quiet_of(scope, scope.paths if found.loud is None else found.loud)
    if found.loud is not None and before is not None:
        rows = [row for row in before.rows if row[1] not in found.loud] + [row for row in rows if row[1] in found.loud]
        quiet |= before.quiet - found.loud
    coverage = found.report.coverage
    return question, paths, others, rows, quiet, coverage.files, dict(coverage.by_type), tuple(found.inventory.completeness)


def _looked_at(scope: Scope, files: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, str] | None]:
    """Return path → content of the scanned files (None: not read) and of others that were read; None if one is outside the root."""
    lead = os.path.join(scope.root or "", "")
    read = {real.removeprefix(lead).replace(os.sep, "/"): content for real, (_, content) in files.items()}
    paths = {path: read.pop(path, None) for path in scope.paths}
    own = {path: content for path, content in read.items() if not path.startswith(".git/")}
    return paths, own if all(real.startswith(lead) for real in files) else None


def _name(root: str) -> str:
    return f"hook-{oid(root.encode('utf-8', 'surrogateescape'))[:16]}"
