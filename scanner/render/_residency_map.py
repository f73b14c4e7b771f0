"""The data map as a picture: sources at the left, places at the right, each way between them coloured by its verdict.

The drawing uses attributes alone, so that it stands in a page whose policy forbids styles, and reads on light and dark paper.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from scanner import mask
from scanner.model.place import Step
from scanner.model.record import NamedTuple
from scanner.render.answers_residency import DataMap, told, where
from scanner.tables import table
from scanner.typed import Iterable, Sequence
from scanner.views.placements.carriers import kinds
from scanner.views.placements.placement_facts import place_text, why
from scanner.views.placements.placements import Placement, cause_of
from scanner.views.placements.reasons import reason

MOST_SOURCES = 48
"""Sources that are drawn one by one; further ones whose data stays inside are one box per classification."""
_COLOURS = {"fail": "#d32f2f", "unknown": "#8657d6", "pass": "#2e9e5b"}
_STROKES = {
    "fail": 'stroke-width="2.6"',
    "unknown": 'stroke-width="1.8" stroke-dasharray="5 4"',
    "pass": 'stroke-width="1.2" stroke-opacity=".55"',
}
_WORDS = {"fail": "outside", "unknown": "unknown", "pass": "inside"}
_VERDICTS = ("fail", "unknown", "pass")
_ORDER = {verdict: rank for rank, verdict in enumerate(_VERDICTS)}
_LAWS = {
    "eu": "European Union", "eea": "European Economic Area", "adequacy": "Adequacy decision",
    "adequacy_partial": "Adequacy for some receivers", "mixed": "Several jurisdictions", "third": "Third country", "global": "Anywhere",
    "unknown": "Unknown",
}  # fmt: skip
_LEFT, _RIGHT, _PAGE, _BEND, _ROW, _HEAD = 430, 780, 1120, 140, 30, 40


class Node(NamedTuple):
    """A box: what it says, the word beside it, the line that it stands on, its colour, and by which kinds of way it leaves."""

    label: str
    note: str
    y: int
    verdict: str
    leaving: str = ""


class Column(NamedTuple):
    """One side of the picture: its headings and boxes, and how far down it goes."""

    headings: Sequence[tuple[str, int]]
    nodes: dict[str, Node]
    bottom: int


def to_html(answer: DataMap) -> str:
    """Write the map as a page of its own that asks nothing of anybody."""
    style = (
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:1180px;padding:0 1rem}"
        "svg{width:100%;height:auto}table{border-collapse:collapse}td,th{padding:.15rem .7rem .15rem 0;text-align:left;vertical-align:top}"
        "code{font-size:.86em;overflow-wrap:anywhere}summary{cursor:pointer}details{margin:.35rem 0}"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Data map · plumbrule</title>'
        f"<style>{style}</style></head>\n<body><h1>Where data can be</h1>\n{fragment(answer)}\n</body>\n</html>\n"
    )


def fragment(answer: DataMap) -> str:
    """Write the map with its sums and reasons as a piece of a page."""
    counts = answer.counts
    sums = ", ".join(f"<b>{counts.get(verdict, 0)}</b> {_WORDS[verdict]}" for verdict in _ORDER)
    causes = "".join(f"<li>{_text(cause)}: {number} times</li>" for cause, number in answer.causes[:10])
    unknown = f"<h3>Why places are unknown</h3><ul>{causes}</ul>\n" if causes else ""
    head = f"<p>Judged by the profile <b>{_text(answer.profile)}</b>: {sums}.</p>"
    return f"{head}\n{to_svg(answer)}\n{unknown}<h3>Reasons</h3>\n{_reasons(_ordered(answer))}"


def to_svg(answer: DataMap) -> str:
    """Draw the map."""
    rows = _ordered(answer)
    left, names = _sources(rows)
    right = _places(rows)
    height = max(left.bottom, right.bottom) + 10
    lines = dict(_edge(one, number, left.nodes[names[number]], right.nodes[_place(one)]) for number, one in enumerate(rows))
    parts = [line for _, line in sorted(lines.items())]
    parts += [*_drawn(left, 10, _LEFT - 10), *_drawn(right, _RIGHT, _PAGE - _RIGHT - 10)]
    head = (
        f'<svg viewBox="0 0 {_PAGE} {height}" role="img" font-family="system-ui, sans-serif" font-size="13" '
        'aria-label="Stores of data at the left, the places where their data can be at the right">'
    )
    return "\n".join([head, *parts, "</svg>"])


def _ordered(answer: DataMap) -> list[Placement]:
    """Sort placements by classification, the strictest first, and by the worst verdict of their source."""
    strict = table("classification")["classifications"]
    worst = _worst(answer.placements)
    return sorted(
        answer.placements,
        key=lambda one: (
            strict.index(one.word) if one.word else len(strict),
            worst[id(one.source)],
            one.source.key.address,
            _ORDER[one.verdict],
        ),
    )


def _worst(rows: Sequence[Placement]) -> dict[int, int]:
    """Return the worst verdict of each source, as its rank."""
    found: dict[int, int] = {}
    for one in rows:
        found[id(one.source)] = min(found.get(id(one.source), len(_ORDER)), _ORDER[one.verdict])
    return found


def _sources(rows: Sequence[Placement]) -> tuple[Column, list[str]]:
    """Lay out the sources by classification; return the column and the name of each row's box."""
    worst = _worst(rows)
    crowded = len(worst) > MOST_SOURCES
    names: list[str] = []
    nodes: dict[str, Node] = {}
    headings, y = [], 0
    for word, group in groupby(rows, key=lambda one: one.word):
        headings.append((f"{(word or 'unclassified').replace('_', ' ')} data".capitalize(), y + 24))
        y += _HEAD
        for one in group:
            verdict = _VERDICTS[worst[id(one.source)]]
            further = crowded and verdict == "pass"
            names.append(f"further {word}" if further else f"{one.source.key.scope}/{one.source.key.address}")
            if names[-1] not in nodes:
                label, note = ("further stores, all inside", "") if further else (one.source.key.address, one.tenant or "")
                nodes[names[-1]] = Node(label, note, y, verdict, "" if further else _leaving(rows, one))
                y += _ROW
    return Column(headings, nodes, y), names


def _leaving(rows: Sequence[Placement], source: Placement) -> str:
    kinds_of = (one.kind for one in rows if one.source is source.source and one.verdict == "fail")
    return ", ".join(kind.replace("_", " ") for kind in dict.fromkeys(kinds_of))


def _places(rows: Sequence[Placement]) -> Column:
    """Lay out the places by the law they are under."""
    order = list(_LAWS)
    found = sorted({(order.index(_law(one)), _place(one)) for one in rows})
    worst: dict[str, str] = {}
    for one in sorted(rows, key=lambda one: -_ORDER[one.verdict]):
        worst[_place(one)] = one.verdict
    nodes, headings, y = {}, [], 0
    for law, group in groupby(found, key=lambda row: row[0]):
        headings.append((_LAWS[order[law]], y + 24))
        y += _HEAD
        for _, name in group:
            nodes[name] = Node(name, "", y, worst[name])
            y += _ROW
    return Column(headings, nodes, y)


def _law(one: Placement) -> str:
    return one.destination.jurisdiction if one.destination.jurisdiction in _LAWS else "third"


def _place(one: Placement) -> str:
    place = one.destination
    if place.cause and not place.spots and not place.choice:
        return f"somewhere at {place.provider}" if place.provider else "an unknown place"
    return f"{place.provider}: {place_text(place)}" if place.provider else place_text(place)


def _drawn(column: Column, x: int, width: int) -> Iterable[str]:
    yield from (f'<text x="{x}" y="{y}" fill="currentColor" font-weight="600">{_text(words)}</text>' for words, y in column.headings)
    for node in column.nodes.values():
        colour = _COLOURS[node.verdict]
        room = (width - 24) // 8 - len(node.note) - len(node.leaving)
        yield f'<g><title>{_text(node.label)}</title><rect x="{x}" y="{node.y}" width="{width}" height="24" rx="5" '
        yield f'fill="{colour}" fill-opacity=".14" stroke="{colour}"/>'
        yield f'<text x="{x + 9}" y="{node.y + 17}" fill="currentColor">{_text(_short(node.label, max(room, 12)))}'
        yield f'<tspan fill="#7a8594"> {_text(node.note)}</tspan></text>'
        yield f'<text x="{x + width - 9}" y="{node.y + 17}" text-anchor="end" font-size="11" fill="{colour}">'
        yield f"{_text(node.leaving)}</text></g>"


def _edge(one: Placement, number: int, source: Node, place: Node) -> tuple[tuple[int, int, int, str], str]:
    """Draw a way; equal ones are drawn once, those that leave on top."""
    start, end = source.y + 12, place.y + 12
    label = kinds()[one.kind]["title"]
    shape = f"M{_LEFT} {start} C{_LEFT + _BEND} {start} {_RIGHT - _BEND} {end} {_RIGHT} {end}"
    line = (
        f'<a href="#placement-{number}"><title>{_text(f"{one.source.key.address} {label} {place_text(one.destination)}")}</title>'
        f'<path d="{shape}" fill="none" stroke="{_COLOURS[one.verdict]}" {_STROKES[one.verdict]}/></a>'
    )
    return (-_ORDER[one.verdict], start, end, label), line


def _reasons(rows: Sequence[Placement]) -> str:
    numbered = sorted(enumerate(rows), key=lambda row: _ORDER[row[1].verdict])
    return "\n".join(_reason(one, number) for number, one in numbered)


def _reason(one: Placement, number: int) -> str:
    opened = " open" if one.verdict == "fail" else ""
    head = f"{one.source.key.address} {kinds()[one.kind]['title']} {place_text(one.destination)}"
    said = cause_of(one).cause if one.verdict == "unknown" else why(one)
    basis = "" if one.destination.sure else " (general knowledge, not checked)"
    steps = "".join(_step(step) for step in reason(one))
    return (
        f'<details id="placement-{number}"{opened}><summary><b>{_WORDS[one.verdict]}</b>: {_text(head)}</summary>'
        f"<p>{_text(one.word or 'unclassified')} data; {_text(said + basis)}.</p><table>{steps}</table></details>"
    )


def _step(step: Step) -> str:
    return f"<tr><td><code>{_text(where(step.span))}</code></td><td><code>{_text(told(step))}</code></td></tr>"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"…{text[1 - most :]}"


def _text(words: str) -> str:
    return escape(mask.prose(words))
