"""JUnit XML, for every system that shows tests: one suite per area, one case per rule and resource.

A failure is a failure, an unknown an error, what was decided away is skipped; what could not be looked at is an error of its own.
Shape: https://github.com/testmoapp/junitxml (read in November 2026).
"""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.render._words import message, place, reason, sentence
from scanner.typed import Iterable, Sequence

NAME = "junit"


class _Case(NamedTuple):
    """One test case: what it is about, and ``failure``, ``error`` or ``skipped`` with type, message and text; "" for a pass."""

    classname: str
    name: str
    place: Span | None
    result: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


def render(report: Report) -> str:
    """Write every row; a suite ``input`` says whether everything could be looked at."""
    suites = {"input": [*_inputs(report)]}
    for verdict in report.verdicts:
        suites.setdefault(verdict.finding.rule.area, []).append(_case(verdict))
    cases = [case for suite in suites.values() for case in suite]
    body = "".join(_suite(name, suites[name], report.today) for name in sorted(suites))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="plumbrule"{_counts(cases)}>\n{body}</testsuites>\n'


def _inputs(report: Report) -> Iterable[_Case]:
    yield from (_problem(problem, "error") for problem in report.problems)
    yield from (_problem(problem, "skipped") for problem in report.accepted)
    if not report.problems:
        yield _Case("input", "everything was looked at", None)


def _problem(problem: Problem, result: str) -> _Case:
    name = place(problem.location) or problem.kind
    return _Case(f"input.{problem.kind}", name, problem.location, result, problem.kind, mask.prose(problem.detail))


def _case(verdict: Verdict) -> _Case:
    finding, rule = verdict.finding, verdict.finding.rule
    case = _Case(f"{rule.id} {rule.slug}", mask.prose(finding.resource.address), finding.location)
    text = _text(verdict)
    if finding.outcome == "pass":
        return case
    if verdict.disposition != "open":
        return case._replace(result="skipped", kind=verdict.disposition, message=f"{verdict.disposition}: {reason(verdict)}", text=text)
    if finding.outcome == "unknown":
        return case._replace(result="error", kind="unknown", message=message(verdict), text=text)
    return case._replace(result="failure", kind=verdict.severity, message=message(verdict), text=text)


def _text(verdict: Verdict) -> str:
    rule = verdict.finding.rule
    lines = (place(verdict.finding.location), message(verdict), f"why: {sentence(rule.rationale)}", f"fix: {sentence(rule.fix)}")
    return "\n".join(filter(None, lines))


def _suite(name: str, cases: Sequence[_Case], today: str) -> str:
    rows = "".join(map(_xml, cases))
    return f'<testsuite name="{escape(name)}"{_counts(cases)} timestamp="{today}T00:00:00">\n{rows}</testsuite>\n'


def _counts(cases: Sequence[_Case]) -> str:
    numbers = {"tests": len(cases)}
    for word, result in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        numbers[word] = sum(case.result == result for case in cases)
    return "".join(f' {word}="{number}"' for word, number in numbers.items()) + ' time="0"'


def _xml(case: _Case) -> str:
    place = f' file="{escape(mask.escape(case.place.path))}" line="{case.place.line}"' if case.place else ""
    head = f'<testcase classname="{escape(case.classname)}" name="{escape(case.name)}"{place} time="0"'
    if not case.result:
        return f"{head}/>\n"
    kind = f' type="{escape(case.kind)}"' if case.result != "skipped" else ""
    return f'{head}>\n<{case.result}{kind} message="{escape(case.message)}">{escape(case.text)}</{case.result}>\n</testcase>\n'
