"""The matrix under the map: which namespace may open connections to which, and to which shared store."""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.render._drawing import GREY, INK, MARGIN, PALE, RED, WIDTH, Drawn, Pen, Point, words
from scanner.render._network_groups import Picture, short


def matrix_of(picture: Picture, top: float) -> Drawn:
    """Draw who (rows) may open connections to whom (columns): full cells for everything, half ones for some ports."""
    groups = [group.name for group in picture.groups]
    colours = {group.name: picture.colours.get(group.tenant, GREY) for group in picture.groups}
    columns = groups + [store.name for store in picture.stores]
    labels = {store.name: f"{store.namespace}/{short(store.name)}" for store in picture.stores}
    size = min(44.0, (WIDTH - 2 * MARGIN - 200) / max(len(columns), 1))
    left, first = MARGIN + 200, top + 120
    elements = [words(Point(MARGIN, top + 10), "From row to column", Pen(INK, bold=True, size=15))]
    elements.append(
        words(Point(MARGIN + 190, top + 10), "full: every port, half: some ports, red: between tenants", Pen(GREY, size=12), most=80)
    )
    for number, column in enumerate(columns):
        x = left + size * number + size / 2
        name = words(Point(0, 0), labels.get(column, column), Pen(colours.get(column, INK), size=11), most=22)
        elements.append(f'<g transform="translate({x + 4:.1f} {first - 8:.1f}) rotate(-50)">{name}</g>')
    for line, row in enumerate(groups):
        y = first + 24 * line
        elements.append(words(Point(left - 10, y + 16), row, Pen(colours[row], anchor="end", bold=True, size=12), most=26))
        elements += [_cell(picture, row, column, Point(left + size * number, y), size) for number, column in enumerate(columns)]
    return Drawn(elements, first + 24 * len(groups))


def _cell(picture: Picture, row: str, column: str, at: Point, size: float) -> str:
    ports = picture.between.get((row, column), ())
    owners = {group.name: group.tenant for group in picture.groups}
    crossing = bool(ports and owners.get(row) and owners.get(column) and owners[row] != owners[column])
    fill = PALE if row == column or not ports else RED if crossing else "#334155"
    whole = "All Connections" in ports
    box = f'<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{size - 2:.1f}" height="22" rx="3" fill="{PALE if row != column else "#e5e7eb"}"/>'
    if not ports:
        return box
    title = escape(mask.prose(f"{row} to {column}: {'; '.join(ports[:6])}"))
    width = size - 2 if whole else (size - 2) / 2
    return f'{box}<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{width:.1f}" height="22" rx="3" fill="{fill}"><title>{title}</title></rect>'
