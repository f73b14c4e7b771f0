"""What the HTML report says about all findings together: posture, what to fix first, facets, frameworks, what was not seen."""

from __future__ import annotations

from collections import Counter

from scanner.model.finding import Verdict
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES, Rule
from scanner.render._controls import control_name, controls
from scanner.render._html_rows import Group, Row, state_of
from scanner.render._order import urgency
from scanner.render._words import framework_name, natural, sentence
from scanner.typed import Callable, Iterable, Mapping, Sequence

LEVELS = (*SEVERITIES, "unknown")
"""The segments of every bar: open failures by severity, then unknowns."""
_FIRST = 8


class Bar(NamedTuple):
    """One line of a chart: counts by level, their sum, and (x, width, level) of its segments in percent of the longest bar."""

    name: str
    counts: Mapping[str, int]
    total: int
    segments: tuple[tuple[float, float, str], ...]


class Control(NamedTuple):
    """One control of a framework, what it is called, and the state of the rules that serve it.

    A rule is id, title and whether it is our proposal.
    """

    id: str
    name: str
    state: str
    fails: int
    unknowns: int
    aside: int
    passes: int
    rules: tuple[tuple[str, str, bool], ...]


def level_of(row: Row) -> str | None:
    """Return the bar segment of a row, None where it is not open."""
    if row.state == "unknown":
        return "unknown"
    return row.severity if row.state == "open" else None


def bars(rows: Iterable[Row], name_of: Callable[[Row], str]) -> list[Bar]:
    """Count open rows by name and level, the worst names first."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        level = level_of(row)
        name = name_of(row)
        if level and name:
            counts.setdefault(name, Counter())[level] += row.number
    longest = max((count.total() for count in counts.values()), default=1)
    found = [Bar(name, count, count.total(), tuple(_segments(count, longest))) for name, count in counts.items()]
    return sorted(found, key=lambda bar: ([-bar.counts[level] for level in LEVELS], bar.name))


def _segments(counts: Mapping[str, int], longest: int) -> Iterable[tuple[float, float, str]]:
    at = 0.0
    for level in LEVELS:
        if counts[level]:
            width = 100 * counts[level] / longest
            yield round(at, 3), round(width, 3), level
            at += width


def fix_first(groups: Sequence[Group]) -> list[Group]:
    """Return the rules whose repair matters most: severest first, sure before less sure, then those with most findings."""
    opened = [group for group in groups if group.open]
    return sorted(opened, key=lambda group: urgency(group.severity, group.confidence, group.open, group.id))[:_FIRST]


def causes(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Count unknowns by their cause, the most frequent first."""
    found = Counter[str]()
    for row in rows:
        if row.state == "unknown":
            found[row.cause] += row.number
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def frameworks(report: Report) -> list[tuple[str, list[Control]]]:
    """List every framework with its controls, the rules that ran for each and what they found."""
    states: dict[str, Counter[str]] = {}
    for verdict in report.verdicts:
        states.setdefault(verdict.finding.rule.id, Counter())[state_of(verdict)] += 1
    served = _served(_rules(report))
    return [
        (
            framework_name(name),
            [
                _control((control, control_name(name, control)), served[name][control], states)
                for control in sorted(served[name], key=natural)
            ],
        )
        for name in sorted(served)
    ]


def _rules(report: Report) -> list[Rule]:
    found = {**report.rules, **{verdict.finding.rule.id: verdict.finding.rule for verdict in report.verdicts}}
    return [found[rule_id] for rule_id in sorted(found)]


def _served(rules: Iterable[Rule]) -> dict[str, dict[str, list[tuple[str, str, bool]]]]:
    served: dict[str, dict[str, list[tuple[str, str, bool]]]] = {}
    for rule in rules:
        stated = controls(rule.frameworks)
        rows = [(pair, False) for pair in stated] + [(pair, True) for pair in controls(rule.proposed) if pair not in stated]
        for (framework, control), proposed in rows:
            served.setdefault(framework, {}).setdefault(control, []).append((rule.id, sentence(rule.title), proposed))
    return served


def _control(called: tuple[str, str], rules: Sequence[tuple[str, str, bool]], states: Mapping[str, Counter[str]]) -> Control:
    sums: Counter[str] = Counter()
    for rule_id, _, _ in rules:
        sums += states.get(rule_id, Counter())
    aside = sums["suppressed"] + sums["waived"] + sums["baselined"]
    return Control(*called, _state(sums, aside), sums["open"], sums["unknown"], aside, sums["pass"], tuple(rules))


def _state(sums: Mapping[str, int], aside: int) -> str:
    """Say how a control stands. Without a judgement that passed nobody knows whether there was anything to judge."""
    if sums["open"]:
        return "failing"
    if sums["unknown"]:
        return "unknown"
    if aside:
        return "excepted"
    return "passing" if sums["pass"] else "no finding"


def passes(verdicts: Iterable[Verdict]) -> int:
    """Count the rows that passed."""
    return sum(verdict.finding.outcome == "pass" for verdict in verdicts)
