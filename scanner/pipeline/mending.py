"""Machine fixes over a whole scan: edits are made in memory and judged again, until there is nothing left to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from scanner.evaluate import Remedy
from scanner.fixes import offered
from scanner.fixes.text import apply, compatible
from scanner.governance.inline import MARKER
from scanner.model.finding import Edit, Verdict
from scanner.model.report import Report
from scanner.pipeline import Scan
from scanner.pipeline.scopes import Scope, text_of
from scanner.sources.overlay import OverlayTree
from scanner.sources.remembered import RememberedTree
from scanner.syntax.text import MalformedError, decode, encode

_MOST_ROUNDS = 20
"""Fixes that meet in one place are made one after the other; this bounds how many."""
Judge = Callable[[Sequence[Scope]], Scan]


class Patch(NamedTuple):
    """One file of a scope, before and after."""

    scope: Scope
    path: str
    before: bytes
    after: bytes


def with_fixes(report: Report, remedies: Iterable[Remedy], scopes: Sequence[Scope]) -> Report:
    """Return a report whose findings carry their machine fixes."""
    return report._replace(verdicts=offered(report.verdicts, remedies, text_of(scopes)))


def mend(scopes: Sequence[Scope], judge: Judge) -> list[Patch]:
    """Return what would have to change in the files so that every open failure with a certain fix is gone. Nothing is written."""
    now = list(scopes)
    tried: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        scan = judge(now)
        mendable = [one for one in _open(with_fixes(scan.report, scan.remedies, now).verdicts) if one.finding.fingerprint not in tried]
        edits = compatible(verdict.finding.fixes for verdict in mendable)
        if not edits:
            break
        tried |= {verdict.finding.fingerprint for verdict in mendable if set(verdict.finding.fixes) <= set(edits)}
        now = [_edited(scope, [edit for edit in edits if _holder(edit, now) is scope]) for scope in now]
    return [patch for before, after in zip(scopes, now, strict=True) for patch in _patches(before, after)]


def _open(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    return (one for one in verdicts if one.disposition == "open" and one.finding.outcome == "fail" and one.finding.fixes)


def _holder(edit: Edit, scopes: Sequence[Scope]) -> Scope | None:
    return next((scope for scope in scopes if scope.tree.is_file(edit.span.path)), None)


def _edited(scope: Scope, edits: Sequence[Edit]) -> Scope:
    contents: dict[str, bytes] = {}
    for path in sorted({edit.span.path for edit in edits}):
        content = scope.tree.read(path)
        try:
            text = decode(content, "strict")
        except MalformedError:
            continue
        contents[path] = encode(apply(text, [edit for edit in edits if edit.span.path == path]), content)
    return scope._replace(tree=RememberedTree(OverlayTree(scope.tree, contents), MARKER)) if contents else scope


def _patches(before: Scope, after: Scope) -> Iterator[Patch]:
    for path in before.paths if after is not before else ():
        old, new = before.tree.read(path), after.tree.read(path)
        if old != new:
            yield Patch(before, path, old, new)
