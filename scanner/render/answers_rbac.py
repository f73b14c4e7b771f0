"""Answers about permissions as text and JSON; pictures and the page on access lie beside it."""

from __future__ import annotations

import json

from scanner import __version__, mask
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.render import _problems
from scanner.render._rbac_page import page
from scanner.render._rbac_pictures import dot, labels, stations, svg
from scanner.typed import Any, Iterable, Mapping, Sequence
from scanner.views.permissions.answers import Doubt, Holder, Permission
from scanner.views.permissions.chains import described, told, where
from scanner.views.permissions.search import Way
from scanner.views.permissions.standings import Standing

__all__ = ("Answer", "page", "permissions_json", "permissions_text", "standings_json", "standings_text", "takeover_dot", "takeover_json",
           "takeover_svg", "takeover_text", "who_can_json", "who_can_text")  # fmt: skip

Scoped = tuple[str | None, Any]
"""A scope (cluster, overlay, release; None for plain files) and a row of it."""


class Answer(NamedTuple):
    """What was asked (a subject, a permission), rows of all scopes, what is uncertain, and what could not be read."""

    asked: str
    rows: Sequence[Scoped]
    doubts: Sequence[Scoped]
    problems: Sequence[Problem]


def permissions_json(answer: Answer) -> str:
    """Write ``plumbrule rbac permissions`` by the contract; ``unknown`` lists the bindings whose roles cannot be known."""
    rows = [_permission(row) | _scope(scope) for scope, row in answer.rows]
    return _document("plumbrule/permissions/v1", {"subject": mask.prose(answer.asked), "permissions": rows}, answer)


def who_can_json(answer: Answer) -> str:
    """Write ``plumbrule rbac who-can`` by the contract."""
    return _document("plumbrule/who-can/v1", {"subjects": [_holder(row) | _scope(scope) for scope, row in answer.rows]}, answer)


def takeover_json(answer: Answer) -> str:
    """Write ``plumbrule rbac takeover``: per scope the shortest way to more than was given."""
    rows = [_way(row) | _scope(scope) for scope, row in answer.rows]
    return _document("plumbrule/takeover/v1", {"subject": mask.prose(answer.asked), "takeovers": rows}, answer)


def standings_json(answer: Answer) -> str:
    """Write ``plumbrule rbac subjects``."""
    rows = [_standing(row) | _scope(scope) for scope, row in answer.rows]
    return _document("plumbrule/subjects/v1", {"subjects": rows}, answer)


def permissions_text(answer: Answer) -> str:
    """Write a subject's permissions as a table."""
    rows = [
        (scope or "", row.verb, row.url or _resource(row), ",".join(row.names or ()) or "-", where(row.namespace), " > ".join(row.via))
        for scope, row in answer.rows
    ]
    return _text(f"{answer.asked} may", ("SCOPE", "VERB", "RESOURCE", "NAMES", "WHERE", "THROUGH"), rows, answer)


def who_can_text(answer: Answer) -> str:
    """Write the holders of a permission as a table."""
    rows = [(scope or "", str(row.subject), where(row.namespace), " > ".join(row.via)) for scope, row in answer.rows]
    return _text(f"{answer.asked}: allowed to", ("SCOPE", "SUBJECT", "WHERE", "THROUGH"), rows, answer)


def takeover_text(answer: Answer) -> str:
    """Write the ways, a sentence each."""
    lines = [f"{f'{scope}: ' if scope else ''}{mask.prose(told(way))}" for scope, way in answer.rows]
    return "\n".join(lines or [f"{mask.prose(answer.asked)} can become no more than it is"]) + "\n"


def standings_text(answer: Answer) -> str:
    """Write who is how strong as a table."""
    rows = [
        (scope or "", str(row.subject), row.power, "; ".join(f"{', '.join(names)} {where(place)}" for place, names in row.roles))
        for scope, row in answer.rows
    ]
    return _text("subjects, strongest first", ("SCOPE", "SUBJECT", "POWER", "ROLES"), rows, answer)


def takeover_dot(answer: Answer) -> str:
    """Write the ways as a Graphviz digraph."""
    return dot([way for _, way in answer.rows])


def takeover_svg(answer: Answer) -> str:
    """Write the ways as an SVG picture."""
    return svg([way for _, way in answer.rows])


def _document(schema: str, body: Mapping[str, Any], answer: Answer) -> str:
    head = {"schema": schema, "tool": {"name": "plumbrule", "version": __version__}}
    tail = {
        "unknown": [_doubt(row) | _scope(scope) for scope, row in answer.doubts],
        "problems": [_problems.row(one) for one in answer.problems],
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


def _standing(row: Standing) -> dict[str, Any]:
    roles = [{"namespace": place, "roles": list(names)} for place, names in row.roles]
    return {"subject": str(row.subject), "power": row.power, "holds": roles, "chain": row.chain and mask.prose(row.chain)}


def _resource(row: Permission) -> str:
    group = f".{row.group}" if row.group else ""
    name, slash, subresource = str(row.resource).partition("/")
    return f"{name}{group}{slash}{subresource}"


def _text(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], answer: Answer) -> str:
    lines = [mask.prose(title), *_table([head, *rows] if rows else [("nothing",)])]
    lines += [mask.prose(f"unknown: {row.subject} through {row.via[0]}: {row.cause}") for _, row in answer.doubts]
    return "\n".join(lines) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Align columns; one that is empty in every row is left out."""
    kept = [index for index in range(len(rows[0])) if len(rows) == 1 or any(row[index] for row in rows[1:])]
    shown = [[mask.prose(row[index]) for index in kept] for row in rows]
    widths = [max(len(row[index]) for row in shown) for index in range(len(kept))]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
