"""The few strokes that pictures are made of: points, pens, words that cannot break out of their element."""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.model.record import NamedTuple
from scanner.typed import Sequence

WIDTH, MARGIN = 1180, 24
RED, AMBER, INK, PALE, GREY = "#c1121f", "#b45309", "#111827", "#f3f4f6", "#6b7280"


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Pen(NamedTuple):
    """How words are written."""

    colour: str
    bold: bool = False
    anchor: str = "start"
    size: int = 13


class Drawn(NamedTuple):
    """Some elements, and the height where they end."""

    elements: Sequence[str]
    bottom: float


def words(at: Point, text: str, pen: Pen, most: int = 60) -> str:
    """Write a text; one that is longer than ``most`` is cut, and shown whole where the pointer rests on it."""
    full = mask.prose(text)
    shown = full if len(full) <= most else f"{full[: most - 1]}…"
    more = f"<title>{escape(full)}</title>" if shown != full else ""
    weight = ' font-weight="600"' if pen.bold else ""
    look = f'fill="{pen.colour}" font-size="{pen.size}" text-anchor="{pen.anchor}"{weight}'
    return f'<text x="{at.x}" y="{at.y}" {look}>{escape(shown)}{more}</text>'
