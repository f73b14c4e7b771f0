"""The data map as text, JSON and CSV (a record of processing activities); its picture is ``_residency_map``."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

from scanner import __version__, mask
from scanner.model.place import Span, Step
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.render import _problems
from scanner.render._words import spot
from scanner.typed import Any, Iterable, Mapping, Sequence
from scanner.views.placements.carriers import kinds
from scanner.views.placements.placement_facts import destination_data, place_text, why
from scanner.views.placements.placements import Placement, cause_of
from scanner.views.placements.reasons import reason

COLUMNS = (
    "source", "type", "tenant", "classification", "classified", "kind", "provider", "region", "country", "jurisdiction", "members",
    "verdict", "profile", "why", "cause", "basis", "reason", "path", "line",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ORDER = {"fail": 0, "unknown": 1, "pass": 2}
_MARKS = {"fail": "FAIL", "unknown": "?", "pass": "ok"}


class DataMap(NamedTuple):
    """Placements, the profile they were judged by, and what could not be read."""

    placements: Sequence[Placement]
    profile: str
    problems: Sequence[Problem]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many placements have each verdict."""
        return Counter(one.verdict for one in self.placements)

    @property
    def causes(self) -> list[tuple[str, int]]:
        """Why places are unknown, the most frequent first."""
        found = Counter(cause_of(one).cause for one in self.placements if one.verdict == "unknown")
        return sorted(found.items(), key=lambda row: (-row[1], row[0]))


def to_json(answer: DataMap) -> str:
    """Write ``plumbrule residency`` by the contract."""
    document = {
        "schema": "plumbrule/residency/v1",
        "tool": {"name": "plumbrule", "version": __version__},
        "profile": answer.profile,
        "placements": [_row(one) for one in answer.placements],
        "summary": {verdict: answer.counts.get(verdict, 0) for verdict in ("fail", "unknown", "pass")},
        "problems": [_problems.row(one) for one in answer.problems],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _row(one: Placement) -> dict[str, Any]:
    return {
        "source": mask.prose(one.source.key.address),
        "scope": one.source.key.scope,
        "type": one.source.type,
        "tenant": one.tenant,
        "classification": one.word,
        "classified": one.classification.said,
        "kind": one.kind,
        "destination": _masked(destination_data(one.destination)),
        "verdict": one.verdict,
        "cause": mask.prose(cause_of(one).cause) if one.verdict == "unknown" else None,
        "basis": basis(one),
        "reason": [_step(step) for step in reason(one)],
    }


def basis(one: Placement) -> str:
    """Return what the row of the tables behind a placement rests on."""
    return "documentation" if one.destination.sure else "general knowledge"


def _masked(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: mask.prose(value) if isinstance(value, str) else value for key, value in row.items()}


def _step(step: Step) -> dict[str, Any]:
    path, line = (mask.escape(step.span.path), step.span.line) if step.span else (None, None)
    attribute = None if step.attribute is None else mask.escape(step.attribute)
    return {"address": mask.prose(step.address), "attribute": attribute, "value": _value(step), "path": path, "line": line}


def _value(step: Step) -> Any:
    """Return a step's value: plain where it is, masked, nothing where nobody knows it."""
    if step.value is None or isinstance(step.value, bool | int | float):
        return step.value
    return None if isinstance(step.value, Unknown) else mask.value(step.value, step.attribute)


def to_text(answer: DataMap) -> str:
    """Write what leaves first, then what nobody knows, then what stays, and the sums."""
    lines = [f"Where data can be, judged by the profile {answer.profile}", ""]
    for one in sorted(answer.placements, key=lambda row: _ORDER[row.verdict]):
        lines += _told(one) if one.verdict != "pass" else [_line(one)]
    counts = answer.counts
    lines += ["", f"{len(answer.placements)} placements: {counts['fail']} outside, {counts['unknown']} unknown, {counts['pass']} inside"]
    lines += [f"  unknown, {number} times: {mask.prose(cause)}" for cause, number in answer.causes[:10]]
    return "\n".join(lines) + "\n"


def _line(one: Placement) -> str:
    label = f"{_MARKS[one.verdict]:>4}  {one.source.key.address} ({one.word or 'unclassified'}) {kinds()[one.kind]['title']}"
    return mask.prose(f"{label} {place_text(one.destination)}")


def _told(one: Placement) -> Iterable[str]:
    yield _line(one)
    said = cause_of(one).cause if one.verdict == "unknown" else why(one)
    yield mask.prose(f"        {said}" + ("" if one.destination.sure else " (general knowledge, not checked)"))
    for step in reason(one):
        yield f"        {where(step.span)}{mask.prose(told(step))}"


def told(step: Step) -> str:
    """Write a step: its address and attribute, and the value it has there."""
    shown = _value(step)
    name = f"{step.address}.{step.attribute}" if step.attribute else step.address
    return name if shown is None else f"{name} = {str(shown).lower() if isinstance(shown, bool) else shown}"


def where(span: Span | None) -> str:
    """Write a place as ``path:line ``."""
    return f"{spot(span)} " if span else ""


def to_csv(answer: DataMap) -> str:
    """Write one row per placement, for the record of processing activities; no cell is one that a spreadsheet would run."""
    page = io.StringIO()
    writer = csv.DictWriter(page, COLUMNS)
    writer.writeheader()
    for one in answer.placements:
        writer.writerow({name: _safe(cell) for name, cell in _cells(one, answer.profile).items()})
    return page.getvalue()


def _cells(one: Placement, profile: str) -> dict[str, Any]:
    place, steps = one.destination, reason(one)
    first = next((step.span for step in steps if step.span), None)
    return {
        "source": one.source.key.address, "type": one.source.type, "tenant": one.tenant, "classification": one.word,
        "classified": "yes" if one.classification.said else "by default", "kind": one.kind, "provider": place.provider,
        "region": place.region, "country": place.country, "jurisdiction": place.jurisdiction, "members": " ".join(place.members or ()),
        "verdict": one.verdict, "profile": profile, "why": why(one),
        "cause": cause_of(one).cause if one.verdict == "unknown" else None, "basis": basis(one),
        "reason": " > ".join(told(step) for step in steps), "path": first and first.path, "line": first and first.line,
    }  # fmt: skip


def _safe(cell: Any) -> str:
    text = "" if cell is None else mask.prose(str(cell))
    return f"'{text}" if text.startswith(_FORMULA) else text
