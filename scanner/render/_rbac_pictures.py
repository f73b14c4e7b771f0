"""A takeover as a picture: Graphviz for those who lay out their own, SVG for everybody else."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from scanner import mask
from scanner.model.unknown import Unknown
from scanner.typed import Sequence
from scanner.views.permissions.chains import described, spoken, where
from scanner.views.permissions.edges import Edge
from scanner.views.permissions.search import Way

_BOX = 46
_WIDTH = 760
_PER_SIGN = 7
"""Pixels that a letter takes, generously."""


def dot(ways: Sequence[Way]) -> str:
    """Write ways as one digraph."""
    lines = ["digraph takeover {", "  rankdir=LR; node [shape=box, fontname=Helvetica]; edge [fontname=Helvetica];"]
    for way in ways:
        for (before, after), label in zip(pairwise(stations(way)), labels(way), strict=True):
            lines.append(f"  {_quoted(before)} -> {_quoted(after)} [label={_quoted(label)}];")
    return "\n".join([*lines, "}"]) + "\n"


def svg(ways: Sequence[Way]) -> str:
    """Write ways as boxes below each other, with what is done on the arrows between them."""
    parts: list[str] = []
    top = 10
    for way in ways:
        for index, name in enumerate(stations(way)):
            if index:
                parts += _arrow(top, labels(way)[index - 1])
                top += 2 * _BOX
            parts += _box(top, name, last=index == len(way.steps))
        top += 2 * _BOX
    longest = max((len(text) for way in ways for text in (*stations(way), *labels(way))), default=0)
    width = max(_WIDTH, longest * _PER_SIGN + 80)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="Helvetica, sans-serif" font-size="13">'
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def stations(way: Way) -> list[str]:
    """Return whom a way leads through, the subject first."""
    targets = [step.target for step in way.steps]
    names = [f"? {target.cause}" if isinstance(target, Unknown) else described(target) for target in targets]
    return [mask.prose(name) for name in (described(way.subject), *names)]


def labels(way: Way) -> list[str]:
    """Return what is done on each step of a way."""
    return [mask.prose(_label(step.edge)) for step in way.steps]


def _label(edge: Edge) -> str:
    if edge.technique is None:
        return "is granted everything"
    held = " + ".join(dict.fromkeys(spoken(power.atom) for _, power in edge.evidence if power is not None))
    return f"{held} {where(edge.place)}"


def _box(top: int, name: str, *, last: bool) -> list[str]:
    color = "#b42318" if last else "#344054"
    width = len(name) * _PER_SIGN + 60
    return [
        f'<rect x="10" y="{top}" width="{width}" height="{_BOX}" rx="6" fill="#fff" stroke="{color}" stroke-width="2"/>',
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
