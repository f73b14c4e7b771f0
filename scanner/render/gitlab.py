"""GitLab Code Quality: an array of issues for the merge request widget.

Format: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (read in November 2026). Equal fingerprints would
collapse into one, so each row has its own.
"""

from __future__ import annotations

import json

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.render._order import is_open, worst_first
from scanner.render._unique import name_of, named, path_of
from scanner.render._words import message
from scanner.typed import Any

NAME = "gitlab"
_SEVERITY = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor", "info": "info"}


def render(report: Report) -> str:
    """Write problems first, then what is open, the worst first; an unknown is an ``info``."""
    problems = [_problem(problem, "blocker") for problem in report.problems] + [_problem(problem, "info") for problem in report.accepted]
    issues = [_issue(verdict, name) for verdict, name in named(filter(is_open, worst_first(report.verdicts)))]
    return json.dumps([*problems, *issues], indent=1) + "\n"


def _issue(verdict: Verdict, name: str) -> dict[str, Any]:
    finding = verdict.finding
    return {
        "description": message(verdict),
        "check_name": finding.rule.id,
        "fingerprint": name,
        "severity": "info" if finding.outcome == "unknown" else _SEVERITY[verdict.severity],
        "location": {"path": path_of(finding), "lines": {"begin": finding.location.line if finding.location else 1}},
    }


def _problem(problem: Problem, severity: str) -> dict[str, Any]:
    place = problem.location
    return {
        "description": f"could not look ({problem.kind}): {mask.prose(problem.detail)}",
        "check_name": f"plumbrule-{problem.kind}",
        "fingerprint": name_of(problem),
        "severity": severity,
        "location": {"path": mask.escape(place.path) if place else ".", "lines": {"begin": place.line if place else 1}},
    }
