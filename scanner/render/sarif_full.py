"""SARIF 2.1.0 with everything we know: passes, unknowns, suppressions, fixes, code flows and frameworks as taxonomies."""

from __future__ import annotations

import json

from scanner import mask
from scanner.mask.formats import recognised
from scanner.model.finding import Edit, Finding, Verdict
from scanner.model.place import Related, Span
from scanner.model.report import Report
from scanner.render._excerpt import Excerpt, excerpts
from scanner.render._sarif_results import ROOT, SCHEMA, hasher, invocation, logical, note_of, physical, result, uri
from scanner.render._sarif_rules import descriptor, driver, relationships, rules_of, taxonomies
from scanner.render._words import reason, sentence
from scanner.typed import Any, Callable, Sequence

NAME = "sarif-full"
_MOST_RELATED = 1_000


def render(report: Report) -> str:
    """Write the report as one run."""
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=1) + "\n"


def _run(report: Report) -> dict[str, Any]:
    rules = rules_of(report)
    index = {rule.id: at for at, (rule, _) in enumerate(rules)}
    frameworks = taxonomies(rule for rule, _ in rules)
    named = driver(
        report, [{**descriptor(rule, severity, report.rule_pages), "relationships": relationships(rule)} for rule, severity in rules]
    )
    named["supportedTaxonomies"] = [{"name": taxonomy["name"], "index": at} for at, taxonomy in enumerate(frameworks)]
    line_hash, excerpt = hasher(report), excerpts(report)
    return {
        "tool": {"driver": named},
        "taxonomies": frameworks,
        "automationDetails": {"id": "plumbrule/full/"},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict, index, line_hash, excerpt) for verdict in report.verdicts],
        "properties": {"rulesDigest": report.rules_digest, "coverage": _coverage(report)},
    }


def _invocation(report: Report) -> dict[str, Any]:
    found = invocation(report)
    found["toolConfigurationNotifications"] = [note_of(f"{row.rule} was not asked: {row.why}") for row in report.coverage.rules_not_run]
    return found


def _coverage(report: Report) -> dict[str, Any]:
    coverage = report.coverage
    return {"files": coverage.files, "resources": coverage.resources, "byType": dict(sorted(coverage.by_type.items()))}


def _result(
    verdict: Verdict, index: dict[str, int], line_hash: Callable[[Span], str | None], excerpt: Callable[[Span | None], Excerpt | None]
) -> dict[str, Any]:
    finding = verdict.finding
    fingerprints = {"plumbrule/v1": finding.fingerprint}
    line = line_hash(finding.location) if finding.location else None
    if line:
        fingerprints["primaryLocationLineHash"] = line
    found = result(verdict, [_location(finding, excerpt(finding.location))], index[finding.rule.id], fingerprints)
    found |= _related(finding) | _suppressions(verdict) | _fixes(finding)
    found["properties"] = _properties(verdict)
    return found


def _location(finding: Finding, excerpt: Excerpt | None) -> dict[str, Any]:
    found: dict[str, Any] = {"logicalLocations": logical(finding)}
    if finding.location:
        found["physicalLocation"] = physical(finding.location)
    if excerpt:
        found["physicalLocation"]["region"]["snippet"] = {"text": excerpt.text}
    return found


def _related(finding: Finding) -> dict[str, Any]:
    """Return the further places, and the chain through several of them as a code flow that ends at the finding."""
    places = [_place(related) for related in finding.related[:_MOST_RELATED]]
    found: dict[str, Any] = {"relatedLocations": [{"id": at, **place} for at, place in enumerate(places, 1)]} if places else {}
    if len(places) > 1 and finding.location:
        end = {"physicalLocation": physical(finding.location), "message": {"text": mask.prose(finding.message)}}
        found["codeFlows"] = [{"threadFlows": [{"locations": [{"location": place} for place in (*places, end)]}]}]
    return found


def _place(related: Related) -> dict[str, Any]:
    return {"physicalLocation": physical(related.span), "message": {"text": mask.prose(related.note)}}


def _suppressions(verdict: Verdict) -> dict[str, Any]:
    if verdict.disposition == "open":
        return {}
    suppression = {"kind": "external", "status": "accepted", "justification": reason(verdict) or verdict.disposition}
    return {"suppressions": [{**suppression, "properties": {"disposition": verdict.disposition}}]}


def _fixes(finding: Finding) -> dict[str, Any]:
    """Return the machine fix; one that would write something that looks like a secret is not offered."""
    if not finding.fixes or any(True for edit in finding.fixes for _ in recognised(edit.text)):
        return {}
    paths = dict.fromkeys(edit.span.path for edit in finding.fixes)
    changes = [_change(path, [edit for edit in finding.fixes if edit.span.path == path]) for path in paths]
    return {"fixes": [{"description": {"text": sentence(finding.rule.fix)}, "artifactChanges": changes}]}


def _change(path: str, edits: Sequence[Edit]) -> dict[str, Any]:
    replacements = [{"deletedRegion": physical(edit.span)["region"], "insertedContent": {"text": edit.text}} for edit in edits]
    return {"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}, "replacements": replacements}


def _properties(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    words = {
        "severity": verdict.severity,
        "disposition": verdict.disposition,
        "engine": finding.engine,
        "attribute": mask.prose(finding.attribute),
    }
    given = {"owner": verdict.owner, "waiver": verdict.waiver, "scope": finding.resource.scope, "cause": finding.cause}
    given["severityReason"] = verdict.weighed
    return {**words, **{name: mask.prose(text) for name, text in given.items() if text}}
