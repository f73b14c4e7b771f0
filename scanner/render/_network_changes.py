"""The differences between two maps as SVG: who on the left, whom on the right, a line for each change."""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.model.network import Change
from scanner.typed import Iterator, Sequence

WIDTH, ROW, TOP, LEFT, RIGHT = 1100, 26, 90, 400, 700
COLOURS = {"added": "#c1121f", "changed": "#b45309", "removed": "#6b7280"}
WORDS = {"added": "new", "changed": "other ports", "removed": "gone"}


def to_svg(changes: Sequence[Change]) -> str:
    """Draw all changes; the removed ones dashed."""
    sources = list(dict.fromkeys(row.src for row in changes))
    targets = list(dict.fromkeys(row.dst for row in sorted(changes, key=lambda row: row.dst)))
    height = TOP + ROW * max(len(sources), len(targets), 1) + 20
    body = [*_lines(changes, sources, targets), *_names(sources, LEFT - 10, "end"), *_names(targets, RIGHT + 10, "start")]
    title = "Who may reach whom: what changed" if changes else "Nobody may reach more or less than before"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="{title}"><title>{title}</title>\n'
        f'<rect width="100%" height="100%" fill="white"/><text x="24" y="34" font-size="20" font-weight="600">{title}</text>\n'
        + "\n".join([*_legend(), *body])
        + "\n</svg>\n"
    )


def _legend() -> Iterator[str]:
    for number, (kind, colour) in enumerate(COLOURS.items()):
        x = 24 + 130 * number
        yield f'<path d="M{x} 58 h24"{_stroke(kind)}/><text x="{x + 32}" y="62" fill="{colour}" font-size="12">{WORDS[kind]}</text>'


def _lines(changes: Sequence[Change], sources: Sequence[str], targets: Sequence[str]) -> Iterator[str]:
    for row in changes:
        start, end = TOP + ROW * sources.index(row.src), TOP + ROW * targets.index(row.dst)
        middle = (LEFT + RIGHT) / 2
        ports = f"{row.before} => {row.after}" if row.change == "changed" else row.after or row.before
        words = escape(mask.prose(f"{WORDS[row.change]}: {row.src} to {row.dst}, {ports}"))
        curve = f"M{LEFT} {start} C{middle} {start} {middle} {end} {RIGHT} {end}"
        yield f'<path d="{curve}"{_stroke(row.change)} fill="none"><title>{words}</title></path>'


def _stroke(kind: str) -> str:
    dash = ' stroke-dasharray="6 4"' if kind == "removed" else ""
    return f' stroke="{COLOURS[kind]}" stroke-width="1.8"{dash}'


def _names(names: Sequence[str], x: int, anchor: str) -> Iterator[str]:
    for number, name in enumerate(names):
        yield f'<text x="{x}" y="{TOP + ROW * number + 4}" text-anchor="{anchor}">{escape(mask.prose(name))}</text>'
