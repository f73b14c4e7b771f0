"""How findings are ranked and counted, the same in every format that puts the worst first."""

from __future__ import annotations

from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES, Rule
from scanner.typed import Iterable

_RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def rank(severity: str) -> int:
    """Return 0 for critical up to 4 for info."""
    return _RANK[severity]


def urgency(severity: str, confidence: str, number: int, rule: str) -> tuple[int, int, int, str]:
    """Return what sorts rules by how much their repair matters: severest first, sure before less sure, then those with most findings."""
    return rank(severity), ("high", "medium", "low").index(confidence), -number, rule


def is_open(verdict: Verdict) -> bool:
    """Tell whether somebody has to act: failed or unknown, and neither suppressed, waived nor baselined."""
    return verdict.disposition == "open" and verdict.finding.outcome != "pass"


def worst_first(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Sort failures before unknowns and by severity; rows of one severity keep their order."""
    return sorted(verdicts, key=lambda verdict: (verdict.finding.outcome != "fail", rank(verdict.severity)))


def by_rule(verdicts: Iterable[Verdict]) -> list[tuple[Rule, list[Verdict]]]:
    """Group failures and unknowns by rule and severity, the worst first, each group in the report's order."""
    groups: dict[tuple[bool, int, str], list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.finding.outcome != "fail", rank(verdict.severity), verdict.finding.rule.id)
        groups.setdefault(key, []).append(verdict)
    return [(groups[key][0].finding.rule, groups[key]) for key in sorted(groups)]


def open_fails(report: Report) -> list[Verdict]:
    """Return the failures that are open."""
    return [verdict for verdict in report.verdicts if verdict.finding.outcome == "fail" and verdict.disposition == "open"]
