"""The places and words of a SARIF result that both profiles share."""

from __future__ import annotations

from urllib.parse import quote

from scanner import mask
from scanner.kept import lru_cache
from scanner.model.finding import Finding, Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.render import _words as words
from scanner.render._excerpt import source
from scanner.render._sarif_rules import LEVEL, RANK
from scanner.render.linehash import line_hashes
from scanner.typed import Any, Callable

SCHEMA = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_LONGEST = 4_000


def result(verdict: Verdict, locations: list[dict[str, Any]], rule_index: int, fingerprints: dict[str, str]) -> dict[str, Any]:
    """Return the part of a result that holds in every profile."""
    finding = verdict.finding
    kind = {"fail": "fail", "unknown": "open", "pass": "pass"}[finding.outcome]
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "kind": kind,
        "level": LEVEL[verdict.severity] if kind == "fail" else "none",
        "rank": RANK[verdict.severity],
        "message": {"text": message(verdict)},
        "locations": locations,
        "partialFingerprints": fingerprints,
    }


def message(verdict: Verdict) -> str:
    """Return the message with the cause of an unknown; ``](`` would make a link of it."""
    return _cut(words.message(verdict).replace("](", "] ("))


def physical(span: Span, *, one_line: bool = False) -> dict[str, Any]:
    """Return a physicalLocation relative to the repository; ``one_line`` keeps the first line alone, which pull requests show."""
    many = one_line and span.end_line > span.line
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.line if one_line else span.end_line,
        "endColumn": span.column + 1 if many else span.end_column,
    }
    return {"artifactLocation": {"uri": uri(span.path), "uriBaseId": ROOT}, "region": region}


def logical(finding: Finding) -> list[dict[str, Any]]:
    """Return the resource as a logicalLocation."""
    key = finding.resource
    return [{"name": mask.prose(key.name), "fullyQualifiedName": mask.prose(key.address), "kind": "resource"}]


def uri(path: str) -> str:
    """Percent-encode a path; every byte of a file name survives."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def hasher(report: Report) -> Callable[[Span], str | None]:
    """Return the function that gives GitHub's hash of a place's line, None where its text is not at hand."""

    @lru_cache(maxsize=16)  # findings come sorted by path
    def hashes(path: str) -> list[str]:
        text = source(report, path)
        return [] if text is None else line_hashes(text)

    def line_hash(span: Span) -> str | None:
        found = hashes(span.path)
        return found[span.line - 1] if 0 < span.line <= len(found) else None

    return line_hash


def invocation(report: Report) -> dict[str, Any]:
    """Return how the scan went: successful only where everything could be looked at."""
    loud = [_notification(problem, "error") for problem in report.problems]
    quiet = [_notification(problem, "note") for problem in report.accepted]
    notes = [note_of(text) for text in report.notes]
    return {"executionSuccessful": not report.problems, "toolExecutionNotifications": [*loud, *quiet, *notes]}


def note_of(text: str, level: str = "note") -> dict[str, Any]:
    """Return a notification that has words alone."""
    return {"level": level, "message": {"text": mask.prose(text)}}


def _notification(problem: Problem, level: str) -> dict[str, Any]:
    found: dict[str, Any] = {"level": level, "descriptor": {"id": problem.kind}, "message": {"text": _cut(mask.prose(problem.detail))}}
    if problem.location:
        found["locations"] = [{"physicalLocation": physical(problem.location)}]
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
