"""HTML that a team hands over: one file, no request to anywhere, readable on paper, a phone and a desk, with and without script.

Templates, styles and script lie in ``reports/``. An organisation adds its logo, and a template of its own that may extend ours.
"""

from __future__ import annotations

from base64 import b64encode

from scanner import mask
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.model.rule import SEVERITIES
from scanner.render._clusters import grouped
from scanner.render._html_rows import Group, Row, groups_of
from scanner.render._html_sums import LEVELS, bars, causes, fix_first, frameworks, level_of, passes
from scanner.render._templates import environment, part, policy
from scanner.render._words import place
from scanner.typed import Any, Sequence

NAME = "html"
_TEMPLATE = "report.html.j2"
_IMAGES = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"<svg", "image/svg+xml"), (b"<?xml", "image/svg+xml"))


class Section(NamedTuple):
    """A further page: ``html`` is a fragment that its maker escaped; the policy of the page forbids styles and scripts in it."""

    id: str
    title: str
    html: str


def render(report: Report, *, logo: bytes | None = None, templates: str | None = None, sections: Sequence[Section] = ()) -> str:
    """Write the report. ``logo`` is a PNG, JPEG or SVG image, ``templates`` a folder whose ``report.html.j2`` takes the place of ours.

    Raises ValueError for a logo of another kind.
    """
    style, script = part("base.css") + part("report.css"), part("script.js")
    image = _data_uri(logo) if logo else ""
    page: str = environment(templates).get_template(_TEMPLATE).render(
        **_sums(report), report=report, style=style, script=script, logo=image, sections=sections,
        policy=policy(style, script, images=bool(image)),
    )  # fmt: skip
    return page


def _sums(report: Report) -> dict[str, Any]:
    groups = groups_of(report)
    rows = [row for group in groups for row in group.rows]
    levels = {level: sum(row.number for row in rows if level_of(row) == level) for level in LEVELS}
    listed = sum(group.number for group in groups)
    return {
        "groups": groups,
        "rows": rows,
        "levels": levels,
        "listed": listed,
        "left_out": max(0, len(grouped(report)) - listed - passes(grouped(report))),
        "passes": passes(report.verdicts),
        "whole": bars(rows, lambda _row: "all"),
        "first": fix_first(groups),
        "areas": bars(rows, lambda row: row.area),
        "facets": _facets(rows),
        "choices": _choices(rows),
        "causes": causes(rows),
        "frameworks": frameworks(report),
        "problems": [_problem(problem) for problem in report.problems],
        "accepted": [_problem(problem) for problem in report.accepted],
        "notes": [mask.prose(note) for note in report.notes],
        "coverage": report.coverage,
        "rules": _rules(report, groups),
        "types": sorted(
            ((mask.escape(name), count) for name, count in report.coverage.by_type.items()), key=lambda pair: (-pair[1], pair[0])
        ),
        "not_looked_at": [(mask.escape(path), mask.prose(why)) for path, why in report.coverage.not_looked_at],
    }


def _facets(rows: Sequence[Row]) -> list[tuple[str, str, Any]]:
    """Return title, data attribute and bars of what one can look at the findings by."""
    return [
        ("Namespace", "namespace", bars(rows, lambda row: row.namespace)),
        ("Owner", "owner", bars(rows, lambda row: row.owner)),
        ("File", "path", bars(rows, lambda row: row.path)),
    ]


def _choices(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the words of each filter, those that occur alone."""
    states = ("open", "unknown", "suppressed", "waived", "baselined")
    return {
        "severity": [severity for severity in SEVERITIES if any(row.severity == severity for row in rows)],
        "state": [state for state in states if any(row.state == state for row in rows)],
        **{name: sorted({getattr(row, name) for row in rows} - {""}) for name in ("area", "namespace", "owner", "path")},
    }


def _rules(report: Report, groups: Sequence[Group]) -> list[tuple[str, str, str, int]]:
    """List id, title, severity and number of open findings of every rule that ran."""
    found = {group.id: group.open for group in groups}
    return [(rule.id, mask.prose(rule.title), rule.severity, found.get(rule.id, 0)) for _, rule in sorted(report.rules.items())]


def _problem(problem: Problem) -> tuple[str, str, str]:
    return problem.kind, place(problem.location), mask.prose(problem.detail)


def _data_uri(logo: bytes) -> str:
    kind = next((kind for start, kind in _IMAGES if logo.lstrip().startswith(start)), None)
    if kind is None:
        raise ValueError("the logo is neither PNG nor JPEG nor SVG")
    return f"data:{kind};base64,{b64encode(logo).decode()}"
