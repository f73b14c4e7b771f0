"""OpenMetrics for Prometheus and its kin: the state as gauges, for alerts and dashboards. Names of resources stay out, counts do not.

Format: https://prometheus.io/docs/specs/om/open_metrics_spec/ (1.0).
"""

from __future__ import annotations

from collections import Counter

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.report import Report
from scanner.render._order import is_open
from scanner.typed import Iterable, Iterator

NAME = "openmetrics"
_Labels = tuple[tuple[str, str], ...]


def render(report: Report) -> str:
    """Write the report's counts as one exposition."""
    return "\n".join([*_lines(report), "# EOF", ""])


def _lines(report: Report) -> Iterator[str]:
    coverage = report.coverage
    version = (("version", report.version), ("rules_digest", report.rules_digest))
    yield from _family("plumbrule", "Version of the tool and digest of its rules", [(version, 1)], kind="info")
    yield from _gauge("findings", "Judgements by rule, severity, outcome and disposition", _count(map(_finding, report.verdicts)))
    yield from _gauge(
        "open_findings", "Open failures and unknowns by namespace and owner", _count(map(_place, filter(is_open, report.verdicts)))
    )
    yield from _gauge("problems", "What could not be looked at, by kind", _problems(report))
    yield from _gauge("complete", "1 where everything could be looked at", [((), int(not report.problems))])
    yield from _gauge(
        "resources", "Resources recognised, by type", [((("type", name),), n) for name, n in sorted(coverage.by_type.items())]
    )
    yield from _gauge("files", "Files recognised", [((), coverage.files)])
    yield from _gauge("rules", "Rules that ran", [((), len(report.rules))])
    yield from _gauge("rules_not_run", "Rules that could not be asked", [((), len(coverage.rules_not_run))])


def _finding(verdict: Verdict) -> _Labels:
    finding, rule = verdict.finding, verdict.finding.rule
    return (
        ("rule", rule.id), ("slug", rule.slug), ("area", rule.area), ("severity", verdict.severity), ("outcome", finding.outcome),
        ("disposition", verdict.disposition),
    )  # fmt: skip


def _place(verdict: Verdict) -> _Labels:
    finding = verdict.finding
    namespace = finding.resource.namespace or ""
    return (("namespace", namespace), ("owner", verdict.owner or ""), ("severity", verdict.severity), ("outcome", finding.outcome))


def _problems(report: Report) -> list[tuple[_Labels, int]]:
    loud = [(("kind", problem.kind), ("accepted", "false")) for problem in report.problems]
    return _count([*loud, *((("kind", problem.kind), ("accepted", "true")) for problem in report.accepted)])


def _count(rows: Iterable[_Labels]) -> list[tuple[_Labels, int]]:
    return sorted(Counter(rows).items())


def _gauge(name: str, text: str, rows: Iterable[tuple[_Labels, int]]) -> Iterator[str]:
    return _family(f"plumbrule_{name}", text, rows)


def _family(name: str, text: str, rows: Iterable[tuple[_Labels, int]], kind: str = "gauge") -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    yield f"# HELP {name} {text}"
    for labels, number in rows:
        written = ",".join(f'{label}="{_escape(value)}"' for label, value in labels)
        yield f"{name}{'_info' if kind == 'info' else ''}{f'{{{written}}}' if written else ''} {number}"


def _escape(value: str) -> str:
    return mask.prose(value).replace("\\", "\\\\").replace('"', '\\"')
