"""Markdown for job summaries and comments, cut by whole sections below the size that its receiver takes.

GitHub drops a summary above 1 MiB altogether (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES, Rule
from scanner.render._clusters import grouped
from scanner.render._controls import controls
from scanner.render._order import by_rule, is_open
from scanner.render._words import counted, links_of, message, place, reason, sentence
from scanner.typed import Iterator, Sequence

NAME = "markdown"
LIMIT = 1_000_000
"""Bytes of UTF-8; a little below 1 MiB."""
_ROWS = 200
_SPECIAL = re.compile(r"([\\`*_{}\[\]!|~])")


def render(report: Report, *, limit: int = LIMIT) -> str:
    """Write the report, worst sections first, in at most ``limit`` bytes; what does not fit is counted in the last line."""
    return _fit(list(_sections(report)), limit - 200)


def _fit(sections: Sequence[str], limit: int) -> str:
    kept: list[str] = []
    size = 0
    for at, section in enumerate(sections):
        size += len(section.encode()) + 1
        if size > limit:
            return "\n".join([*kept, f"**{counted(len(sections) - at, 'section')} left out for size:** see the full report.\n"])
        kept.append(section)
    return "\n".join(kept)


def _sections(report: Report) -> Iterator[str]:
    yield _head(report)
    if report.problems:
        yield _problems("Could not look", report.problems)
    for rule, verdicts in by_rule(verdict for verdict in grouped(report) if is_open(verdict)):
        yield _rule(rule, verdicts, report.rule_pages)
    yield from filter(None, (_set_aside(report), _passed(report)))
    if report.accepted:
        yield _problems("Accepted problems", report.accepted)
    yield from filter(None, (_not_run(report), _notes(report)))


def _head(report: Report) -> str:
    coverage = report.coverage
    opened = [verdict for verdict in report.verdicts if is_open(verdict)]
    fails = Counter(verdict.severity for verdict in opened if verdict.finding.outcome == "fail")
    unknown = len(opened) - fails.total()
    incomplete = (
        f"**Incomplete: {counted(len(report.problems), 'problem')}.** What was not seen is not judged.\n\n" if report.problems else ""
    )
    looked = f"{counted(coverage.files, 'file')}, {counted(coverage.resources, 'resource')}, {counted(len(report.rules), 'rule')}"
    head = " | ".join([*SEVERITIES, "unknown", "problems"])
    row = " | ".join(str(number) for number in (*(fails[severity] for severity in SEVERITIES), unknown, len(report.problems)))
    return f"# plumbrule\n\n{incomplete}| {head} |\n|{' --: |' * 7}\n| {row} |\n\n{looked}\n"


def _rule(rule: Rule, verdicts: Sequence[Verdict], site: str) -> str:
    unknown = "unknown " if verdicts[0].finding.outcome == "unknown" else ""
    title = f"## {unknown}{verdicts[0].severity}: {_prose(rule.title)} ({_text(rule.id)})"
    named = ", ".join(f"{framework} {control}" for framework, control in controls(rule.frameworks))
    rows = "".join(
        f"| {_code(place(v.finding.location) or v.finding.resource.address)} | {_text(message(v))} |\n" for v in verdicts[:_ROWS]
    )
    more = f"\n… and {len(verdicts) - _ROWS} more.\n" if len(verdicts) > _ROWS else ""
    links = "".join(f"* <{link}>\n" for link in links_of(rule, site))
    about = f"{_prose(rule.rationale)}\n\n**Fix:** {_prose(rule.fix)}\n" + (f"\nControls: {_text(named)}\n" if named else "")
    return f"{title}\n\n| place | finding |\n|---|---|\n{rows}{more}\n{about}\n{links}"


def _problems(title: str, problems: Sequence[Problem]) -> str:
    rows = "".join(f"| {one.kind} | {_code(place(one.location))} | {_text(mask.prose(one.detail))} |\n" for one in problems[:_ROWS])
    more = f"\n… and {len(problems) - _ROWS} more.\n" if len(problems) > _ROWS else ""
    return f"## {title}\n\n| kind | place | detail |\n|---|---|---|\n{rows}{more}"


def _set_aside(report: Report) -> str:
    rows = Counter(
        f"| {verdict.disposition} | {_text(verdict.finding.rule.id)} {_text(verdict.finding.rule.slug)} | {_text(reason(verdict))} |"
        for verdict in report.verdicts
        if verdict.disposition != "open"
    )
    body = "".join(f"{row} {number} |\n" for row, number in sorted(rows.items()))
    return f"## Not open, by decision\n\n| state | rule | reason | findings |\n|---|---|---|--:|\n{body}" if body else ""


def _passed(report: Report) -> str:
    rows = Counter(
        f"{verdict.finding.rule.id} {verdict.finding.rule.slug}" for verdict in report.verdicts if verdict.finding.outcome == "pass"
    )
    body = "".join(f"| {_text(rule)} | {number} |\n" for rule, number in sorted(rows.items()))
    return f"## Passed\n\n| rule | resources |\n|---|--:|\n{body}" if body else ""


def _not_run(report: Report) -> str:
    rows = "".join(f"* {_text(row.rule)}: {_text(row.why)}\n" for row in report.coverage.rules_not_run)
    return f"## Rules that could not be asked\n\n{rows}" if rows else ""


def _notes(report: Report) -> str:
    return "".join(f"* {_text(mask.prose(note))}\n" for note in report.notes)


def _text(words: str) -> str:
    """Write text that means nothing to Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", escape(words, quote=False).replace("#", "&#35;").replace("@", "&#64;"))


def _prose(words: str) -> str:
    """Write what a rule's author wrote: code between backticks, the rest as text."""
    parts = sentence(words).split("`")
    return "".join(_code(part) if at % 2 and at + 1 < len(parts) else _text(part) for at, part in enumerate(parts))


def _code(words: str) -> str:
    """Write code in HTML: unlike a code span it takes backticks and bars in a table, and nothing in it means anything."""
    return f"<code>{_text(mask.prose(words))}</code>" if words else ""
