"""Answers about permissions as text and JSON, and a takeover as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from scanner import __version__, mask
from scanner.model.problem import Problem
from scanner.model.unknown import Unknown
from scanner.views.permissions.answers import Doubt, Holder, Permission
from scanner.views.permissions.chains import described, spoken, told, where
from scanner.views.permissions.search import Way

Scoped = tuple[str | None, Any]
"""A scope (cluster, overlay, release; None for plain files) and a row of it."""
_BOX = 46
_WIDTH = 760


class Answer(NamedTuple):
    """Rows of all scopes, what is uncertain, and what could not be read."""

    rows: Sequence[Scoped]
    doubts: Sequence[Scoped]
    problems: Sequence[Problem]


def permissions_json(subject: str, answer: Answer) -> str:
    """Write ``plumbrule rbac permissions`` by the contract; ``unknown`` lists the bindings whose roles cannot be known."""
    rows = [_permission(row) | _scope(scope) for scope, row in answer.rows]
    return _document("plumbrule/permissions/v1", {"subject": mask.prose(subject), "permissions": rows}, answer)


def who_can_json(answer: Answer) -> str:
    """Write ``plumbrule rbac who-can`` by the contract."""
    return _document("plumbrule/who-can/v1", {"subjects": [_holder(row) | _scope(scope) for scope, row in answer.rows]}, answer)


def takeover_json(subject: str, answer: Answer) -> str:
    """Write ``plumbrule rbac takeover``: per scope the shortest way to more than was given."""
    rows = [_way(row) | _scope(scope) for scope, row in answer.rows]
    return _document("plumbrule/takeover/v1", {"subject": mask.prose(subject), "takeovers": rows}, answer)


def permissions_text(subject: str, answer: Answer) -> str:
    """Write a subject's permissions as a table."""
    rows = [
        (scope or "", row.verb, row.url or _resource(row), ",".join(row.names or ()) or "-", where(row.namespace), " > ".join(row.via))
        for scope, row in answer.rows
    ]
    return _text(f"{subject} may", ("SCOPE", "VERB", "RESOURCE", "NAMES", "WHERE", "THROUGH"), rows, answer)


def who_can_text(asked: str, answer: Answer) -> str:
    """Write the holders of a permission as a table."""
    rows = [(scope or "", str(row.subject), where(row.namespace), " > ".join(row.via)) for scope, row in answer.rows]
    return _text(f"{asked}: allowed to", ("SCOPE", "SUBJECT", "WHERE", "THROUGH"), rows, answer)


def takeover_text(subject: str, answer: Answer) -> str:
    """Write the ways, a sentence each."""
    lines = [f"{f'{scope}: ' if scope else ''}{mask.prose(told(way))}" for scope, way in answer.rows]
    return "\n".join(lines or [f"{mask.prose(subject)} can become no more than it is"]) + "\n"


def takeover_dot(answer: Answer) -> str:
    """Write the ways as a Graphviz digraph."""
    lines = ["digraph takeover {", "  rankdir=LR; node [shape=box, fontname=Helvetica]; edge [fontname=Helvetica];"]
    for _, way in answer.rows:
        names = stations(way)
        for (before, after), label in zip(pairwise(names), labels(way), strict=True):
            lines.append(f"  {_quoted(before)} -> {_quoted(after)} [label={_quoted(label)}];")
    return "\n".join([*lines, "}"]) + "\n"


def takeover_svg(answer: Answer) -> str:
    """Write the ways as boxes below each other, with what is done on the arrows between them."""
    parts: list[str] = []
    top = 10
    for _, way in answer.rows:
        for index, name in enumerate(stations(way)):
            if index:
                parts += _arrow(top, labels(way)[index - 1])
                top += 2 * _BOX
            parts += _box(top, name, last=index == len(way.steps))
        top += 2 * _BOX
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top}" font-family="Helvetica, sans-serif" font-size="13">'
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def stations(way: Way) -> list[str]:
    """Return whom a way leads through, the subject first."""
    found = [step.target for step in way.steps]
    names = [f"? {target.cause}" if isinstance(target, Unknown) else described(target) for target in found]
    return [mask.prose(name) for name in (described(way.subject), *names)]


def labels(way: Way) -> list[str]:
    """Return what is done on each step of a way."""
    return [mask.prose(_label(step.edge)) for step in way.steps]


def _label(edge: Any) -> str:
    if edge.technique is None:
        return "is granted everything"
    held = " + ".join(dict.fromkeys(spoken(power.atom) for _, power in edge.evidence))
    return f"{held} {where(edge.place)}"


def _box(top: int, name: str, *, last: bool) -> list[str]:
    color = "#b42318" if last else "#344054"
    return [
        f'<rect x="10" y="{top}" width="{_WIDTH - 20}" height="{_BOX}" rx="6" fill="#fff" stroke="{color}" stroke-width="2"/>',
        f'<text x="24" y="{top + 28}" fill="{color}">{escape(name)}</text>',
    ]


def _arrow(top: int, label: str) -> list[str]:
    start, end = top + _BOX, top + 2 * _BOX
    return [
        f'<path d="M40 {start} V{end - 2} m-5 -8 l5 8 l5 -8" fill="none" stroke="#667085" stroke-width="2"/>',
        f'<text x="56" y="{start + 28}" fill="#475467">{escape(label)}</text>',
    ]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _document(schema: str, body: Mapping[str, Any], answer: Answer) -> str:
    head = {"schema": schema, "tool": {"name": "plumbrule", "version": __version__}}
    tail = {
        "unknown": [_doubt(row) | _scope(scope) for scope, row in answer.doubts],
        "problems": [_problem(one) for one in answer.problems],
    }
    return json.dumps({**head, **body, **tail}, indent=1) + "\n"


def _scope(scope: str | None) -> dict[str, str | None]:
    return {"scope": scope and mask.prose(scope)}


def _permission(row: Permission) -> dict[str, Any]:
    return {
        "verb": row.verb, "api_group": row.group, "resource": row.resource, "resource_names": row.names and list(row.names),
        "namespace": row.namespace, "non_resource_url": row.url, "via": list(row.via),
    }  # fmt: skip


def _holder(row: Holder) -> dict[str, Any]:
    return {"subject": str(row.subject), "namespace": row.namespace, "via": list(row.via)}


def _doubt(row: Doubt) -> dict[str, Any]:
    return {"subject": str(row.subject), "namespace": row.namespace, "via": list(row.via), "cause": mask.prose(row.cause)}


def _way(way: Way) -> dict[str, Any]:
    doubt = next((step.target.cause for step in way.steps if isinstance(step.target, Unknown)), None)
    gains = None if isinstance(way.gains, Unknown) else described(way.gains)
    return {"becomes": gains, "cause": doubt, "chain": mask.prose(told(way)), "stations": stations(way), "steps": labels(way)}


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.location
    location = place and {"path": mask.escape(place.path), "line": place.line, "column": place.column}
    return {"kind": problem.kind, "location": location, "detail": mask.prose(problem.detail)}


def _resource(row: Permission) -> str:
    group = f".{row.group}" if row.group else ""
    name, slash, subresource = str(row.resource).partition("/")
    return f"{name}{group}{slash}{subresource}"


def _text(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], answer: Answer) -> str:
    lines = [mask.prose(title), *_table([head, *rows] if rows else [("nothing",)])]
    lines += [f"unknown: {row.subject} through {row.via[0]}: {mask.prose(row.cause)}" for _, row in answer.doubts]
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Align columns; one that is empty in every row is left out."""
    kept = [index for index in range(len(rows[0])) if len(rows) == 1 or any(row[index] for row in rows[1:])]
    shown = [[mask.escape(row[index]) for index in kept] for row in rows]
    widths = [max(len(row[index]) for row in shown) for index in range(len(kept))]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
