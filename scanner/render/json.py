"""JSON for machines, to the letter of the contract ``plumbrule/results/v1``. One row per line, so that two results diff well.

Pure ASCII: whatever stands in the input is escaped by JSON itself, and every reader takes it.
"""

from __future__ import annotations

from scanner import mask
from scanner.kept import lru_cache
from scanner.model.counts import tally
from scanner.model.finding import Verdict
from scanner.model.place import Related, Span
from scanner.model.problem import Problem
from scanner.model.report import Coverage, Report
from scanner.model.resource import Key
from scanner.model.rule import Equivalent
from scanner.syntax.json_text import spaced
from scanner.typed import Any, Iterable

NAME = "json"
SCHEMA = "plumbrule/results/v1"


def render(report: Report) -> str:
    """Write the report as one JSON document."""
    results = (_result(verdict) for verdict in report.verdicts)
    problems = [*((problem, False) for problem in report.problems), *((problem, True) for problem in report.accepted)]
    tool = {"name": "plumbrule", "version": report.version, "rules_digest": report.rules_digest}
    parts = {
        "schema": spaced(SCHEMA),
        "tool": spaced(tool),
        "results": _rows(results),
        "problems": _rows(_problem(*problem) for problem in problems),
        "coverage": spaced(_coverage(report.coverage)),
        "notes": _rows(mask.prose(note) for note in report.notes),
        "summary": spaced(_summary(report)),
    }
    return "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items()) + "\n}\n"


def _rows(rows: Iterable[Any]) -> str:
    text = ",\n".join(map(spaced, rows))
    return f"[\n{text}\n]" if text else "[]"


def _result(verdict: Verdict) -> dict[str, Any]:
    finding, rule = verdict.finding, verdict.finding.rule
    return {
        "rule": rule.id,
        "slug": rule.slug,
        "area": rule.area,
        "severity": verdict.severity,
        "severity_reason": mask.prose(verdict.weighed) if verdict.weighed else None,
        "confidence": rule.confidence,
        "engine": finding.engine,
        "aliases": _aliases(rule.equivalents),
        "outcome": finding.outcome,
        "resource": _resource(finding.resource),
        "location": _location(finding.location),
        "related": [_related(related) for related in finding.related],
        "message": mask.prose(finding.message),
        "cause": mask.prose(finding.cause) if finding.cause else None,
        "attribute": mask.prose(finding.attribute),
        "fingerprint": finding.fingerprint,
        "disposition": verdict.disposition,
        "reason": mask.prose(verdict.reason) if verdict.reason else None,
        "owner": verdict.owner,
        "waiver": verdict.waiver,
    }


@lru_cache(maxsize=2000)
def _aliases(equivalents: tuple[Equivalent, ...]) -> list[str]:
    return sorted({equivalent.id for equivalent in equivalents})


@lru_cache(maxsize=2000)
def _resource(key: Key) -> dict[str, Any]:
    """Return a resource's key; what stands in an address behind a slash hides no secret where the address hides none."""
    address = mask.prose(key.address)
    clean = address == key.address and address.endswith(f"/{key.name}")
    return {
        "provider": key.provider,
        "type": mask.escape(key.kind),
        "api_group": mask.escape(key.api_group),
        "namespace": (namespace := key.namespace or key.written) and mask.escape(namespace),
        "name": key.name if clean else mask.prose(key.name),
        "address": address,
        "scope": key.scope and mask.prose(key.scope),
    }


def _location(span: Span | None) -> dict[str, Any] | None:
    return span and {**span._asdict(), "path": mask.escape(span.path)}


def _related(related: Related) -> dict[str, Any]:
    return {**related.span._asdict(), "path": mask.escape(related.span.path), "note": mask.prose(related.note)}


def _problem(problem: Problem, accepted: bool) -> dict[str, Any]:
    place = problem.location
    location = place and {"path": mask.escape(place.path), "line": place.line, "column": place.column}
    return {"kind": problem.kind, "location": location, "detail": mask.prose(problem.detail), "accepted": accepted}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "files": coverage.files,
        "resources": coverage.resources,
        "by_type": {mask.escape(name): count for name, count in sorted(coverage.by_type.items())},
        "rules_not_run": [row._asdict() for row in coverage.rules_not_run],
        "not_looked_at": [{"path": mask.escape(path), "why": mask.prose(why)} for path, why in coverage.not_looked_at],
    }


def _summary(report: Report) -> dict[str, int]:
    outcomes = tally(verdict.finding.outcome for verdict in report.verdicts)
    is_open = (verdict.finding.outcome == "fail" and verdict.disposition == "open" for verdict in report.verdicts)
    return {
        "files": report.coverage.files,
        "resources": report.coverage.resources,
        "rules": len(report.rules),
        "fail": outcomes["fail"],
        "unknown": outcomes["unknown"],
        "pass": outcomes["pass"],
        "open_fail": sum(is_open),
        "problems": len(report.problems) + len(report.accepted),
        "accepted": len(report.accepted),
    }
