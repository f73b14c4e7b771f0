"""What several clusters share is one thing to repair: said once to people, with the clusters' names. Machines get every row."""

from __future__ import annotations

from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.typed import Mapping

_NAMED = 4
"""Clusters that are named; more are counted."""


def grouped(report: Report, *, told: bool = True) -> tuple[Verdict, ...]:
    """Return the verdicts with those that clusters share, with each other or with their source, as one.

    The scope of a live one becomes words ("3 clusters: a, b, c"); with ``told`` the message ends in them too.
    """
    if not report.clusters:
        return report.verdicts
    found: dict[object, list[Verdict]] = {}
    for verdict in report.verdicts:
        found.setdefault(_likeness(verdict, report.clusters), []).append(verdict)
    return tuple(_one(verdicts, report.clusters, told=told) for verdicts in found.values())


def _likeness(verdict: Verdict, clusters: Mapping[str, str]) -> object:
    """Return what is the same of verdicts that ask for the same repair."""
    finding = verdict.finding
    scope = finding.resource.scope
    shared = finding.resource._replace(scope=None if scope is None or scope in clusters else scope)
    return (
        finding.rule.id, finding.engine, finding.outcome, shared, finding.location, finding.message, finding.cause, finding.attribute,
        verdict.severity, verdict.disposition, verdict.reason, verdict.owner,
    )  # fmt: skip


def _one(verdicts: list[Verdict], clusters: Mapping[str, str], *, told: bool) -> Verdict:
    scopes = {one.finding.resource.scope or "" for one in verdicts}
    names = sorted({clusters[scope] for scope in scopes if scope in clusters})
    first = verdicts[0]
    if not names:
        return first
    words = f"the source and {_words(names)}" if "" in scopes else _words(names)
    finding = first.finding._replace(resource=first.finding.resource._replace(scope=words))
    message = f"{finding.message} (in {words})"
    return first._replace(finding=finding._replace(message=message) if told else finding)


def _words(names: list[str]) -> str:
    listed = ", ".join(names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"cluster {listed}" if len(names) == 1 else f"{len(names)} clusters: {listed}{more}"
