"""Azure Pipelines logging commands: findings as issues of the job, the worst first, at their lines.

A job shows ten issues of each kind and says how many more there are, so the last line counts what is left.
Source: https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands (read in November 2026).
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
from scanner.render._words import cause, counted, headline, message, sentence
from scanner.typed import Iterator

NAME = "azure"
MOST = 10
_MOST_PROBLEMS = 5


class _Issue(NamedTuple):
    """One ``task.logissue``."""

    kind: str
    place: Span | None
    code: str
    text: str


def render(report: Report) -> str:
    """Write the worst findings and the problems as commands, one per line, and the sums as a plain line."""
    found = list(chain(_problems(report), map(_finding, filter(is_open, worst_first(report.verdicts)))))
    errors = [issue for issue in found if issue.kind == "error"]
    warnings = [issue for issue in found if issue.kind == "warning"]
    shown = [*errors[:MOST], *warnings[:MOST]]
    return "".join(map(_command, shown)) + f"{_sums(report, len(found) - len(shown))}\n"


def _problems(report: Report) -> Iterator[_Issue]:
    """Put a few problems first, so that they cannot crowd out all findings, and count the others in one issue."""
    for problem in report.problems[:_MOST_PROBLEMS]:
        yield _problem("error", problem)
    if len(report.problems) > _MOST_PROBLEMS:
        yield _Issue("error", None, "could-not-look", f"{len(report.problems) - _MOST_PROBLEMS} more problems")
    for problem in report.accepted:
        yield _problem("warning", problem)


def _problem(kind: str, problem: Problem) -> _Issue:
    return _Issue(kind, problem.location, problem.kind, f"could not look: {mask.prose(problem.detail)}")


def _finding(verdict: Verdict) -> _Issue:
    finding = verdict.finding
    if finding.outcome == "unknown":
        why = f" ({cause(finding)})" if cause(finding) else ""
        return _Issue("warning", finding.location, finding.rule.id, f"unknown {finding.rule.slug}: {headline(finding)}{why}")
    kind = "error" if rank(verdict.severity) < 2 else "warning"
    text = f"{verdict.severity} {finding.rule.slug}: {message(verdict)}. Fix: {sentence(finding.rule.fix)}"
    return _Issue(kind, finding.location, finding.rule.id, text)


def _sums(report: Report, left: int) -> str:
    opened = [verdict for verdict in report.verdicts if is_open(verdict)]
    unknown = sum(verdict.finding.outcome == "unknown" for verdict in opened)
    more = f"; {left} more are in the report" if left else ""
    return f"plumbrule: {len(opened) - unknown} open, {unknown} unknown, {counted(len(report.problems), 'problem')}{more}"


def _command(issue: _Issue) -> str:
    place = issue.place
    where = {"sourcepath": mask.escape(place.path), "linenumber": place.line, "columnnumber": place.column} if place else {}
    properties = ";".join(f"{name}={_property(str(value))}" for name, value in {"type": issue.kind, **where, "code": issue.code}.items())
    return f"##vso[task.logissue {properties}]{_data(issue.text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
