"""The gate: what a report means for the exit code."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES
from scanner.typed import Callable

CLEAN, FINDINGS, MISUSE, INCOMPLETE = 0, 1, 2, 3


def exit_code(report: Report, config_at: Callable[[str], Config], config: Config) -> int:
    """Return the exit code of a scan: 3 for anything that could not be looked at, else 1 for what is open at the threshold, else 0.

    ``config_at`` gives the configuration of a path, ``config`` holds for findings without one.
    """
    if report.problems and not config.allow_incomplete:
        return INCOMPLETE
    return FINDINGS if any(gates(verdict, config_at, config) for verdict in report.verdicts) else CLEAN


def gates(verdict: Verdict, config_at: Callable[[str], Config], config: Config) -> bool:
    """Tell whether one verdict alone ends a scan with 1."""
    if verdict.disposition != "open":
        return False
    place = verdict.finding.location
    own = config_at(place.path) if place else config
    if verdict.finding.outcome == "unknown":
        return own.fail_on_unknown and at_least(verdict.severity, own.fail_on)
    return verdict.finding.outcome == "fail" and at_least(verdict.severity, own.fail_on)


def at_least(severity: str, threshold: str) -> bool:
    """Compare severities; info never reaches any threshold."""
    order: tuple[str, ...] = SEVERITIES
    return severity != "info" and order.index(severity) <= order.index(threshold)
