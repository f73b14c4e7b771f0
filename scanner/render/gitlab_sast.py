"""GitLab's SAST report, for the security dashboard and vulnerability management.

Format: https://gitlab.com/gitlab-org/security-products/security-report-schemas 15.0.2, as GitLab itself validates it;
what it gives was read against 15.1.4 too, as gitlabhq carries it.
"""

from __future__ import annotations

import json

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.model.rule import Rule
from scanner.render._order import is_open, worst_first
from scanner.render._unique import named, path_of
from scanner.render._words import links_of, message, sentence
from scanner.typed import Any

NAME = "gitlab-sast"
VERSION = "15.0.2"
_LONGEST_SOLUTION = 7_000


def render(report: Report) -> str:
    """Write what is open, the worst first; an unknown has the severity ``Unknown``, problems make the scan a failure."""
    open_ones = filter(is_open, worst_first(report.verdicts))
    log = {
        "version": VERSION,
        "scan": _scan(report),
        "vulnerabilities": [_vulnerability(*row, report.rule_pages) for row in named(open_ones)],
    }
    return json.dumps(log, indent=1) + "\n"


def _scan(report: Report) -> dict[str, Any]:
    tool = {"id": "plumbrule", "name": "plumbrule", "version": report.version, "vendor": {"name": "plumbrule"}}
    midnight = f"{report.today}T00:00:00"
    return {
        "analyzer": tool,
        "scanner": tool,
        "type": "sast",
        "start_time": midnight,
        "end_time": midnight,
        "status": "failure" if report.problems else "success",
        "messages": [_message(problem, "warn") for problem in report.problems] + [_message(problem, "info") for problem in report.accepted],
    }


def _message(problem: Problem, level: str) -> dict[str, str]:
    place = f"{mask.escape(problem.location.path)}:{problem.location.line}: " if problem.location else ""
    return {"level": level, "value": f"{place}{problem.kind}: {mask.prose(problem.detail)}"}


def _vulnerability(verdict: Verdict, name: str, site: str) -> dict[str, Any]:
    finding, rule = verdict.finding, verdict.finding.rule
    place = finding.location
    return {
        "id": name,
        "name": sentence(rule.title)[:255],
        "description": f"{message(verdict)}\n\n{sentence(rule.rationale)}",
        "severity": "Unknown" if finding.outcome == "unknown" else verdict.severity.title(),
        "solution": sentence(rule.fix)[:_LONGEST_SOLUTION],
        "identifiers": _identifiers(rule),
        "links": [{"url": link} for link in links_of(rule, site)],
        "location": {
            "file": path_of(finding),
            "start_line": place.line if place else 1,
            "end_line": place.end_line if place else 1,
        },
    }


def _identifiers(rule: Rule) -> list[dict[str, str]]:
    ours = {"type": "plumbrule_rule", "name": f"plumbrule {rule.id} {rule.slug}", "value": rule.id}
    same = [row for row in rule.equivalents if row.relation == "same"]
    return [ours, *({"type": f"{row.tool}_rule", "name": f"{row.tool} {row.id}", "value": row.id} for row in same)]
