"""CSV for spreadsheets: a header, one row per finding and problem, no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.render._controls import controls
from scanner.render._words import sentence
from scanner.typed import Mapping, Sequence

NAME = "csv"
COLUMNS = (
    "rule", "slug", "title", "area", "severity", "confidence", "outcome", "disposition", "provider", "type", "namespace", "name", "address",
    "scope", "path", "line", "column", "end_line", "end_column", "message", "cause", "fix", "controls", "proposed_controls", "owner",
    "waiver", "reason", "engine", "fingerprint", "severity_reason",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report) -> str:
    """Write the report; a problem is a row with the outcome ``problem``."""
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS, restval="")
    writer.writeheader()
    for verdict in report.verdicts:
        writer.writerow(_safe(_finding(verdict)))
    for problem in report.problems:
        writer.writerow(_safe(_problem(problem, "open")))
    for problem in report.accepted:
        writer.writerow(_safe(_problem(problem, "accepted")))
    return page.getvalue()


def _safe(row: Mapping[str, str | int | None]) -> dict[str, str]:
    cells = {name: "" if cell is None else mask.prose(str(cell)) for name, cell in row.items()}
    return {name: f"'{cell}" if cell.startswith(_FORMULA) else cell for name, cell in cells.items()}


def _finding(verdict: Verdict) -> dict[str, str | int | None]:
    finding, rule, key = verdict.finding, verdict.finding.rule, verdict.finding.resource
    return {
        "rule": rule.id, "slug": rule.slug, "title": rule.title, "area": rule.area, "severity": verdict.severity,
        "confidence": rule.confidence, "outcome": finding.outcome, "disposition": verdict.disposition, "provider": key.provider,
        "type": key.type, "namespace": key.namespace, "name": key.name, "address": key.address, "scope": key.scope,
        **_place(finding.location), "message": finding.message, "cause": finding.cause, "fix": sentence(rule.fix),
        "controls": _controls(rule.frameworks), "proposed_controls": _controls(rule.proposed), "owner": verdict.owner,
        "waiver": verdict.waiver, "reason": verdict.reason, "engine": finding.engine, "fingerprint": finding.fingerprint,
        "severity_reason": verdict.weighed,
    }  # fmt: skip


def _problem(problem: Problem, disposition: str) -> dict[str, str | int | None]:
    return {"rule": problem.kind, "outcome": "problem", "disposition": disposition, **_place(problem.location), "message": problem.detail}


def _place(span: Span | None) -> dict[str, str | int]:
    if span is None:
        return {}
    return {"path": span.path, "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _controls(frameworks: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{framework} {control}" for framework, control in controls(frameworks))
