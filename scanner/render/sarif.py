"""SARIF 2.1.0 as GitHub code scanning wants it: open failures alone, one line each, hashes that match its own, inside its limits.

Limits and required fields: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
(read in November 2026). GitHub opens an alert for a suppressed result, so these stay out; ``sarif-full`` has them.
"""

from __future__ import annotations

import json
import zlib

from scanner import mask
from scanner.model.finding import Finding, Verdict
from scanner.model.place import Related, Span
from scanner.model.report import Report
from scanner.render._order import open_fails, worst_first
from scanner.render._sarif_results import ROOT, SCHEMA, hasher, invocation, logical, note_of, physical, result, uri
from scanner.render._sarif_rules import descriptor, driver, rules_of
from scanner.typed import Any, Callable, Sequence

NAME = "sarif"
MOST_RESULTS = 4_999
MOST_BYTES = 10_000_000
_MOST_RELATED = 20


def render(report: Report) -> str:
    """Write the report; of too many results the least severe are left out, and a notification says how many."""
    fails = worst_first(open_fails(report))
    most = MOST_RESULTS
    text = _log(report, fails, most)
    while len(text) > MOST_BYTES and len(zlib.compress(text.encode())) > MOST_BYTES:
        most //= 2
        text = _log(report, fails, most)
    return text


def _log(report: Report, fails: Sequence[Verdict], most: int) -> str:
    kept, left = fails[:most], max(0, len(fails) - most)
    written = [verdict for verdict in kept if verdict.finding.location]
    live = [verdict for verdict in kept if not verdict.finding.location]
    runs = [_run(report, "plumbrule/iac/", written, left)]
    if any(verdict.finding.location is None for verdict in report.verdicts):
        runs.append(_run(report, "plumbrule/live/", live, 0))
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, indent=1) + "\n"


def _run(report: Report, category: str, verdicts: Sequence[Verdict], left: int) -> dict[str, Any]:
    rules = rules_of(report)
    index = {rule.id: at for at, (rule, _) in enumerate(rules)}
    line_hash = hasher(report)
    run = invocation(report)
    if left:
        run["toolExecutionNotifications"].append(
            note_of(f"{left} less severe results were left out: GitHub keeps 5,000 of a run", "warning")
        )
    return {
        "tool": {"driver": driver(report, [descriptor(rule, severity, report.rule_pages) for rule, severity in rules])},
        "automationDetails": {"id": category},
        "invocations": [run],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict, index[verdict.finding.rule.id], line_hash) for verdict in verdicts],
        "properties": {"leftOut": left, "rulesDigest": report.rules_digest},
    }


def _result(verdict: Verdict, rule_index: int, line_hash: Callable[[Span], str | None]) -> dict[str, Any]:
    finding = verdict.finding
    found = result(verdict, [_location(finding)], rule_index, _fingerprints(finding, line_hash))
    if verdict.weighed:
        found["properties"] = {"severity": verdict.severity, "severityReason": mask.prose(verdict.weighed)}
    if finding.related:
        found["relatedLocations"] = [_related(at, related) for at, related in enumerate(finding.related[:_MOST_RELATED], 1)]
    return found


def _location(finding: Finding) -> dict[str, Any]:
    place = physical(finding.location, one_line=True) if finding.location else _nowhere(finding)
    return {"physicalLocation": place, "logicalLocations": logical(finding)}


def _nowhere(finding: Finding) -> dict[str, Any]:
    """Name a live object in place of a file: GitHub drops a result without a location, and opens it anew when the name changes."""
    region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    return {"artifactLocation": {"uri": f"live/{uri(finding.resource.address)}"}, "region": region}


def _fingerprints(finding: Finding, line_hash: Callable[[Span], str | None]) -> dict[str, str]:
    found = {"plumbrule/v1": finding.fingerprint}
    line = line_hash(finding.location) if finding.location else f"{finding.fingerprint[:16]}:1"
    return {"primaryLocationLineHash": line, **found} if line else found


def _related(at: int, related: Related) -> dict[str, Any]:
    return {"id": at, "physicalLocation": physical(related.span, one_line=True), "message": {"text": mask.prose(related.note)}}
