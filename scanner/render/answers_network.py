"""The map of a cluster as text and JSON, piece by piece: it may be long."""

from __future__ import annotations

import json

from scanner import __version__, mask
from scanner.model.network import Change, Map, Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.render import _problems
from scanner.render._network_changes import to_svg as changes_picture
from scanner.render._network_dot import to_dot as dot
from scanner.render._network_groups import picture_of
from scanner.render._network_svg import to_svg as svg
from scanner.render._words import spot
from scanner.typed import Any, Iterable, Iterator, Sequence

REACHABLE = {True: "open", False: "closed by policy", None: "perhaps"}


Verdicts = Sequence[tuple[str | None, Verdict]]
"""The answer of each cluster that has both ends, with its scope."""


class Answer(NamedTuple):
    """The maps of all clusters, each with its scope (None where there is only one), and what could not be read."""

    maps: Sequence[tuple[str | None, Map]]
    problems: Sequence[Problem]


def to_json(answer: Answer) -> Iterator[str]:
    """Write the map by the contract; ``entries`` and ``exits`` are the ways in and out."""
    head = {"schema": "plumbrule/network/v1", "tool": {"name": "plumbrule", "version": __version__}}
    yield json.dumps(head)[:-1]
    for key, rows in (("connections", "connections"), ("unknown", "doubts"), ("entries", "ways"), ("exits", "exits")):
        found = (_row(scope, row) for scope, one in answer.maps for row in getattr(one, rows))
        yield f',\n"{key}": ['
        yield from _separated(found)
        yield "]"
    yield f',\n"problems": {json.dumps([_problems.row(one) for one in answer.problems])}}}\n'


def _separated(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{json.dumps(row)}"


def _row(scope: str | None, row: Any) -> dict[str, Any]:
    written = {key: mask.prose(value) if isinstance(value, str) else value for key, value in row._asdict().items()}
    return written | ({"scope": mask.prose(scope)} if scope else {})


def to_text(answer: Answer) -> Iterator[str]:
    """Write the map for people: ways in first, then one line per connection, then what is not certain."""
    for scope, one in answer.maps:
        yield from [f"# {mask.prose(scope)}\n\n"] if scope else []
        yield from _section(
            "Ways in", (f"{way.via} -> {way.dst}  {way.ports}  ({way.exposure}, {REACHABLE[way.reachable]})" for way in one.ways)
        )
        yield from _section("Ways out", (f"{way.via} -> {way.dst}{f'  ({way.store})' if way.store else ''}" for way in one.exits))
        yield from _section("Connections", (f"{row.src} -> {row.dst}  {row.ports}" for row in one.connections))
        yield from _section("Not certain", (f"{row.src} -> {row.dst}  {row.cause}" for row in one.doubts))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    number = 0
    for number, line in enumerate(lines, 1):
        yield f"{title}\n" if number == 1 else ""
        yield f"  {mask.prose(line)}\n"
    yield "\n" if number else ""


def to_svg(answer: Answer) -> Iterator[str]:
    """Draw the map; of several clusters the first, as a picture shows one."""
    yield from (svg(picture_of(one), f"Network {scope}" if scope else "Who may reach whom") for scope, one in answer.maps[:1])


def to_dot(answer: Answer) -> Iterator[str]:
    """Write the map for Graphviz, a digraph for each cluster."""
    for _, one in answer.maps:
        yield from dot(one)


def changes_json(changes: Sequence[Change], problems: Sequence[Problem]) -> Iterator[str]:
    """Write the differences between two revisions."""
    head = {"schema": "plumbrule/network-changes/v1", "tool": {"name": "plumbrule", "version": __version__}}
    yield json.dumps(head)[:-1] + ',\n"changes": ['
    yield from _separated(_row(None, row) for row in changes)
    yield f'],\n"problems": {json.dumps([_problems.row(one) for one in problems])}}}\n'


def changes_text(changes: Sequence[Change], problems: Sequence[Problem]) -> Iterator[str]:  # noqa: ARG001 - all writers take both
    """Write the differences for people: + new, - gone, ~ other ports."""
    marks = {"added": "+", "removed": "-", "changed": "~"}
    for row in changes:
        ports = f"{row.before} => {row.after}" if row.change == "changed" else row.after or row.before or ""
        yield mask.prose(f"{marks[row.change]} {row.src} -> {row.dst}  {ports}") + "\n"
    yield "" if changes else "nobody may reach more or less than before\n"


def changes_svg(changes: Sequence[Change], problems: Sequence[Problem]) -> Iterator[str]:  # noqa: ARG001
    """Draw the differences."""
    yield changes_picture(changes)


def why_json(verdicts: Verdicts, problems: Sequence[Problem]) -> str:
    """Write the answer to one question; ``allowed`` is null where it is not certain. Of several clusters ``answers`` lists them all."""
    head = {"schema": "plumbrule/network-why/v1", "tool": {"name": "plumbrule", "version": __version__}}
    found = [_answered(one) | ({"scope": mask.prose(scope)} if scope else {}) for scope, one in verdicts]
    body = found[0] if len(found) == 1 else {"answers": found}
    return json.dumps({**head, **body, "problems": [_problems.row(one) for one in problems]}, indent=1) + "\n"


def _answered(verdict: Verdict) -> dict[str, Any]:
    reasons = [{"text": mask.prose(one.text), "location": _location(one.span)} for one in verdict.reasons]
    ends = {"src": mask.prose(verdict.src), "dst": mask.prose(verdict.dst)}
    return {**ends, "ports": verdict.ports, "allowed": verdict.allowed, "reasons": reasons}


def why_text(verdicts: Verdicts) -> str:
    """Write the answer to one question for people."""
    return "".join((f"# {mask.prose(scope)}\n" if scope else "") + _told(one) for scope, one in verdicts)


def _told(verdict: Verdict) -> str:
    words = {
        True: f"can reach {verdict.dst} on {verdict.ports}",
        False: f"cannot reach {verdict.dst}",
        None: f"can perhaps reach {verdict.dst}",
    }
    lines = [f"{verdict.src} {words[verdict.allowed]}"]
    for reason in verdict.reasons:
        where = spot(reason.span)
        lines.append(f"  {reason.text}{f'  ({where})' if where else ''}")
    return "".join(f"{mask.prose(line)}\n" for line in lines)


def _location(span: Span | None) -> dict[str, Any] | None:
    return span and {**span._asdict(), "path": mask.escape(span.path)}
