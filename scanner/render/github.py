"""GitHub workflow commands: annotations on the lines of a pull request, within the ten of each level that a step may show.

What GitHub does not show it drops without a word, so the last line, a notice, counts what is left.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (read in November 2026).
"""

from __future__ import annotations

from itertools import chain

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.render._order import is_open, rank, worst_first
from scanner.render._words import counted, message, sentence
from scanner.typed import Iterator

NAME = "github"
MOST = 10
_MOST_PROBLEMS = 5


class _Annotation(NamedTuple):
    level: str
    title: str
    place: Span | None
    lines: tuple[str, ...]


def render(report: Report) -> str:
    """Write the worst findings and the problems as commands, one per line."""
    found = list(chain(_problems(report), map(_finding, filter(is_open, worst_first(report.verdicts)))))
    errors = [row for row in found if row.level == "error"]
    warnings = [row for row in found if row.level == "warning"]
    left = max(0, len(errors) - MOST), max(0, len(warnings) - MOST)
    return "".join(map(_command, [*errors[:MOST], *warnings[:MOST], _rest(report, *left)]))


def _problems(report: Report) -> Iterator[_Annotation]:
    """Put a few problems before everything else, so that they cannot crowd out all findings; count the others in one line."""
    for problem in report.problems[:_MOST_PROBLEMS]:
        yield _Annotation("error", f"could not look: {problem.kind}", problem.location, (problem.detail,))
    if len(report.problems) > _MOST_PROBLEMS:
        yield _Annotation("error", "could not look", None, (f"{len(report.problems) - _MOST_PROBLEMS} more problems",))
    for problem in report.accepted:
        yield _accepted(problem)


def _accepted(problem: Problem) -> _Annotation:
    return _Annotation("warning", f"accepted problem: {problem.kind}", problem.location, (problem.detail,))


def _finding(verdict: Verdict) -> _Annotation:
    finding = verdict.finding
    rule = f"{finding.rule.id} {finding.rule.slug}"
    if finding.outcome == "unknown":
        return _Annotation("warning", f"unknown {rule}", finding.location, (message(verdict),))
    level = "error" if rank(verdict.severity) < 2 else "warning"
    return _Annotation(level, f"{verdict.severity} {rule}", finding.location, (finding.message, sentence(finding.rule.fix)))


def _rest(report: Report, errors: int, warnings: int) -> _Annotation:
    opened = [verdict for verdict in report.verdicts if is_open(verdict)]
    unknown = sum(verdict.finding.outcome == "unknown" for verdict in opened)
    sums = f"{len(opened) - unknown} open, {unknown} unknown, {counted(len(report.problems), 'problem')}"
    left = f"; {counted(errors, 'error')} and {counted(warnings, 'warning')} more than GitHub shows: see the summary or the report"
    return _Annotation("notice", "plumbrule", None, (f"{sums}{left if errors or warnings else ''}",))


def _command(row: _Annotation) -> str:
    place = row.place
    where = {}
    if place:
        where = {"file": mask.escape(place.path), "line": place.line, "endLine": place.end_line}
        where |= {"col": place.column, "endColumn": place.end_column} if place.line == place.end_line else {}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in {**where, "title": row.title}.items())
    return f"::{row.level} {properties}::{'%0A'.join(_data(mask.prose(line)) for line in row.lines)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
