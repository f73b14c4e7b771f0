"""Findings as the HTML report lists them: every text masked, every place named, grouped by rule, the worst first."""

from __future__ import annotations

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.model.rule import Rule
from scanner.render._clusters import grouped
from scanner.render._controls import controls
from scanner.render._excerpt import Excerpt, excerpts, window
from scanner.render._order import rank
from scanner.render._words import links_of, place, reason, sentence
from scanner.typed import Iterable, Sequence

MOST = 20_000
"""Findings that are listed one by one; more make a page that no browser likes."""
NOBODY, NOWHERE = "no owner", "no namespace"
_LINE = 180


class Row(NamedTuple):
    """What a rule finds at one place, mostly one finding. ``state`` is that of ``state_of``.

    ``before``, ``marked`` and ``after`` are the source line; ``others`` are address and scope of further findings that differ in these
    alone: one line of a module that is called from three roots, one object that runs in ten clusters.
    """

    id: str
    rule: str
    title: str
    area: str
    severity: str
    state: str
    message: str
    cause: str
    place: str
    path: str
    address: str
    scope: str
    namespace: str
    owner: str
    reason: str
    weighed: str
    related: tuple[tuple[str, str], ...]
    line: int
    before: str
    marked: str
    after: str
    others: tuple[tuple[str, str], ...] = ()

    @property
    def number(self) -> int:
        """How many findings these are."""
        return 1 + len(self.others)


class Group(NamedTuple):
    """The findings of one rule, with what the rule says."""

    id: str
    slug: str
    title: str
    area: str
    severity: str
    confidence: str
    rationale: str
    fix: str
    links: tuple[str, ...]
    controls: tuple[tuple[str, str, bool], ...]
    rows: tuple[Row, ...]

    @property
    def open(self) -> int:
        """How many failures are open."""
        return sum(row.number for row in self.rows if row.state == "open")

    @property
    def number(self) -> int:
        """How many findings the rows are."""
        return sum(row.number for row in self.rows)


def state_of(verdict: Verdict) -> str:
    """Return open, unknown, pass, suppressed, waived or baselined."""
    if verdict.disposition != "open":
        return verdict.disposition
    return "open" if verdict.finding.outcome == "fail" else verdict.finding.outcome


def groups_of(report: Report) -> tuple[Group, ...]:
    """Group everything but passes by rule: open failures first, the severest first, at most ``MOST`` findings in all."""
    find = excerpts(report)
    shown = [(verdict, find(verdict.finding.location)) for verdict in grouped(report, told=False) if verdict.finding.outcome != "pass"]
    by_rule: dict[str, list[tuple[Verdict, Row]]] = {}
    for number, (verdict, excerpt) in enumerate(sorted(shown, key=_order)[:MOST], 1):
        by_rule.setdefault(verdict.finding.rule.id, []).append((verdict, _row(number, verdict, excerpt)))
    return tuple(_group(pairs[0][0], _merged(row for _, row in pairs), report.rule_pages) for pairs in by_rule.values())


def _merged(rows: Iterable[Row]) -> list[Row]:
    """Put rows together that differ in resource and scope alone."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        words = row.message.replace(row.address, "")
        key = (row.place or row.address, words, row.severity, row.state, row.namespace, row.owner, row.cause, row.reason, row.weighed)
        found.setdefault(key, []).append(row)
    return [first._replace(others=tuple((row.address, row.scope) for row in rest)) for first, *rest in found.values()]


def _order(pair: tuple[Verdict, Excerpt | None]) -> tuple[bool, int, str, bool]:
    verdict = pair[0]
    return verdict.disposition != "open", rank(verdict.severity), verdict.finding.rule.id, verdict.finding.outcome != "fail"


def _group(worst: Verdict, rows: Sequence[Row], site: str) -> Group:
    rule = worst.finding.rule
    return Group(
        rule.id, rule.slug, sentence(rule.title), rule.area, worst.severity, rule.confidence, sentence(rule.rationale), sentence(rule.fix),
        tuple(links_of(rule, site)), tuple(_controls(rule)), tuple(rows),
    )  # fmt: skip


def _controls(rule: Rule) -> Iterable[tuple[str, str, bool]]:
    """List framework, control and whether it is our own proposal."""
    stated = controls(rule.frameworks)
    yield from ((framework, control, False) for framework, control in stated)
    yield from ((framework, control, True) for framework, control in controls(rule.proposed) if (framework, control) not in stated)


def _row(number: int, verdict: Verdict, excerpt: Excerpt | None) -> Row:
    finding, key = verdict.finding, verdict.finding.resource
    line, before, marked, after = _source(excerpt)
    return Row(
        f"f{number}", finding.rule.id, sentence(finding.rule.title), finding.rule.area, verdict.severity, state_of(verdict),
        mask.prose(finding.message), mask.prose(finding.cause or ""), place(finding.location),
        mask.escape(finding.location.path) if finding.location else "", mask.prose(key.address), mask.prose(key.scope or ""),
        mask.escape(key.namespace) if key.namespace else NOWHERE, mask.prose(verdict.owner or NOBODY), reason(verdict),
        mask.prose(verdict.weighed or ""),
        tuple((place(related.span), mask.prose(related.note)) for related in finding.related), line, before, marked, after,
    )  # fmt: skip


def _source(excerpt: Excerpt | None) -> tuple[int, str, str, str]:
    if excerpt is None:
        return 0, "", "", ""
    line, text, start, end = window(excerpt, _LINE)
    return line, text[:start], text[start:end] or " ", text[end:]
