"""Machine fixes over a whole scan: edits are made in memory and judged again, until there is nothing left to mend."""

from __future__ import annotations

from scanner.evaluate import Remedy
from scanner.fixes import offered
from scanner.fixes.text import apply, compatible
from scanner.governance.suppressions import MARKER
from scanner.model.finding import Edit, Finding
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.pipeline import Scan
from scanner.pipeline.scopes import Scope, text_of
from scanner.sources.overlay import OverlayTree
from scanner.sources.remembered import RememberedTree
from scanner.syntax.text import MalformedError, decode, encode
from scanner.typed import Callable, Iterable, Iterator, Sequence

_MOST_ROUNDS = 20
"""Fixes that meet in one place are made one after the other; this bounds how many."""
Judge = Callable[[Sequence[Scope]], Scan]
Sign = tuple[str, str, str]


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
    """Return what would have to change in the files so that every open failure with a certain fix is gone. Nothing is written.

    A fix that does not make its failure go is not made.
    """
    now, made, refused = list(scopes), set[Sign](), set[Sign]()
    for _ in range(_MOST_ROUNDS):
        scan = judge(now)
        failing = list(_failing(with_fixes(scan.report, scan.remedies, now)))
        stubborn = made.intersection(map(sign, failing))
        if stubborn:
            now, made, refused = list(scopes), set(), refused | stubborn
            continue
        mendable = [one for one in failing if one.fixes and sign(one) not in refused]
        edits = compatible(one.fixes for one in mendable)
        if not edits:
            break
        made |= {sign(one) for one in mendable if set(one.fixes) <= set(edits)}
        now = [_edited(scope, [edit for edit in edits if _holder(edit, now) is scope]) for scope in now]
    return [patch for before, after in zip(scopes, now, strict=True) for patch in _patches(before, after)]


def sign(finding: Finding) -> Sign:
    """Return what tells a failure from the others; two requirements of one rule may share a fingerprint."""
    return finding.fingerprint, finding.location.path if finding.location else "", finding.message


def _failing(report: Report) -> Iterator[Finding]:
    return (one.finding for one in report.verdicts if one.disposition == "open" and one.finding.outcome == "fail")


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
