"""Findings become verdicts: severity as configured, suppressed or baselined or open, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scanner.config import Config
from scanner.governance.baseline import Baseline
from scanner.governance.owners import owner_of
from scanner.governance.suppressions import Silencer
from scanner.model.finding import Finding, Verdict
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule

ConfigAt = Callable[[str], Config]


class Decision(NamedTuple):
    """The verdicts, sorted, and notes on suppressions that are of no use."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]


def decide(
    findings: Sequence[Finding], silencer: Silencer, baseline: Baseline | None, config_at: ConfigAt, ran: Mapping[str, Rule]
) -> Decision:
    """Decide every finding. ``config_at`` gives the configuration of a path ("" where a finding has none)."""
    known = baseline.held(findings) if baseline else frozenset()
    verdicts = [_verdict(finding, silencer, id(finding) in known, config_at) for finding in sorted(findings, key=_order)]
    return Decision(tuple(verdicts), tuple(sorted(silencer.notes(ran))))


def _verdict(finding: Finding, silencer: Silencer, known: bool, config_at: ConfigAt) -> Verdict:
    config = config_at(finding.location.path if finding.location else "")
    severity = str(config.rules.get(finding.rule.id, {}).get("severity") or finding.rule.severity)
    owner = owner_of(finding, config.owners)
    if finding.outcome == "pass":
        return Verdict(finding, severity, owner=owner)
    if config.suppress and (reason := silencer.reason(finding, severity)) is not None:
        return Verdict(finding, severity, "suppressed", reason, owner)
    if known:
        return Verdict(finding, severity, "baselined", "known before", owner)
    return Verdict(finding, severity, owner=owner)


def _order(finding: Finding) -> tuple[bool, str, int, int, str, str, str]:
    place = finding.location
    where = (place.path, place.line, place.column) if place else ("", 0, 0)
    return (place is None, *where, finding.rule.id, finding.resource.address, finding.fingerprint)
