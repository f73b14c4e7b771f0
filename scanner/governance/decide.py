"""Findings become verdicts: severity as configured, suppressed or baselined or open, and whose they are."""

from __future__ import annotations

from scanner.config import Config
from scanner.governance.severity import Circumstances, severity_of
from scanner.governance.suppressions import Silencer
from scanner.model.finding import Finding, Verdict
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.typed import TYPE_CHECKING, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.governance.baseline import Baseline

ConfigAt = Callable[[str], Config]
NOWHERE = Circumstances()


class Decision(NamedTuple):
    """The verdicts, sorted, and notes on suppressions that are of no use."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]


def decide(
    findings: Sequence[Finding], silencer: Silencer, baseline: Baseline | None, config_at: ConfigAt, ran: Mapping[str, Rule],
    around: Circumstances = NOWHERE,
) -> Decision:  # fmt: skip
    """Decide every finding. ``config_at`` gives the configuration of a path ("" where a finding has none)."""
    known = baseline.held(findings) if baseline else frozenset()
    verdicts = [_verdict(finding, silencer, id(finding) in known, config_at, around) for finding in sorted(findings, key=_order)]
    return Decision(tuple(verdicts), tuple(sorted(silencer.notes(ran))))


def _verdict(finding: Finding, silencer: Silencer, known: bool, config_at: ConfigAt, around: Circumstances) -> Verdict:
    config = config_at(finding.location.path if finding.location else "")
    severity, weighed = severity_of(finding, config, around)
    is_open = Verdict(finding, severity, owner=_owner(finding, config), weighed=weighed)
    if finding.outcome == "pass":
        return is_open
    if config.suppress and (reason := silencer.reason(finding, severity)) is not None:
        return is_open._replace(disposition="suppressed", reason=reason)
    return is_open._replace(disposition="baselined", reason="known before") if known else is_open


def _owner(finding: Finding, config: Config) -> str | None:
    if not config.owners:
        return None
    from scanner.governance.owners import owner_of  # where configuration says whose things are

    return owner_of(finding, config.owners)


def _order(finding: Finding) -> tuple[bool, str, int, int, str, str, str]:
    place = finding.location
    where = (place.path, place.line, place.column) if place else ("", 0, 0)
    return (place is None, *where, finding.rule.id, finding.resource.address, finding.fingerprint)
