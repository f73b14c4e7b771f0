"""The picture of a network as SVG: the internet on the left, tenants in colour, shared stores on the right, and a matrix below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from scanner import mask
from scanner.model.network import Way
from scanner.render._network_groups import GREY, Group, Picture, Reach, owner_of, short

WIDTH, MARGIN, ROW, HEAD, GAP = 1180, 24, 24, 30, 16
NET_X, NET_W = MARGIN, 128
GROUP_X, GROUP_W = 330, 300
STORE_X = 800
STORE_W = WIDTH - STORE_X - MARGIN
RED, AMBER, INK, PALE = "#c1121f", "#b45309", "#111827", "#f3f4f6"
WAY_COLOURS = {"internet": RED, "limited": AMBER, "nodes": AMBER, "unknown": AMBER, "internal": GREY}
MOST_CROSSINGS = 14


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


def to_svg(picture: Picture, title: str = "Who may reach whom") -> str:
    """Draw the map and the matrix in one document."""
    rows = _rows(picture)
    groups, stores = _groups(picture, rows), _stores(picture)
    crossings = _crossings(picture, stores.bottom + GAP)
    bottom = max(groups.bottom, crossings.bottom) + GAP
    matrix = _matrix(picture, bottom + 40)
    body = [*_ways(picture, rows, bottom), *_links(picture, rows), *groups.elements, *stores.elements, *crossings.elements]
    body += [*_legend(), *matrix.elements]
    height = matrix.bottom + MARGIN
    words = escape(mask.prose(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" aria-label="{words}"><title>{words}</title>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


TOP = 84


def _rows(picture: Picture) -> dict[str, Point]:
    """Place every workload: its left edge, at the middle of its line."""
    found, y = {}, float(TOP)
    for group in picture.groups:
        for number, node in enumerate(group.nodes):
            found[node.name] = Point(GROUP_X, y + HEAD + ROW * number + ROW / 2)
        y += _height(group) + GAP
    return found


def _height(group: Group) -> float:
    return HEAD + ROW * len(group.nodes) + 8


def _groups(picture: Picture, rows: dict[str, Point]) -> Drawn:
    elements, y = [], float(TOP)
    for group in picture.groups:
        colour = picture.colours.get(group.tenant, GREY)
        elements.append(_box(GROUP_X, y, GROUP_W, _height(group), colour))
        owner = f"tenant {group.tenant}" if group.tenant else "platform" if group.platform else "no tenant"
        elements.append(_text(Point(GROUP_X + 12, y + 20), group.name, Pen(colour, bold=True)))
        elements.append(_text(Point(GROUP_X + GROUP_W - 12, y + 20), owner, Pen(colour, anchor="end", size=11)))
        elements += [element for node in group.nodes for element in _workload(picture, node.name, rows[node.name])]
        y += _height(group) + GAP
    return Drawn(elements, y)


def _workload(picture: Picture, name: str, at: Point) -> Iterator[str]:
    if name in picture.open_inside:
        yield f'<circle cx="{at.x + 16}" cy="{at.y}" r="4" fill="none" stroke="{RED}" stroke-width="1.6"/>'
    else:
        yield f'<circle cx="{at.x + 16}" cy="{at.y}" r="4" fill="{GREY}"/>'
    yield _text(Point(at.x + 28, at.y + 4), short(name), Pen(INK))
    yield _text(Point(at.x + GROUP_W - 12, at.y + 4), name.rpartition("[")[2].rstrip("]"), Pen(GREY, anchor="end", size=10))


def _ways(picture: Picture, rows: dict[str, Point], bottom: float) -> Iterator[str]:
    """Draw the internet, and an arrow for each way in."""
    yield f'<rect x="{NET_X}" y="{TOP}" width="{NET_W}" height="{bottom - TOP - GAP:.0f}" rx="10" fill="#fef2f2" stroke="{RED}"/>'
    yield _text(Point(NET_X + NET_W / 2, TOP + 26), "Internet", Pen(RED, bold=True, anchor="middle"))
    opened = [name for name in rows if any(way.exposure == "internet" and way.reachable for way in picture.ways.get(name, ()))]
    yield _text(
        Point(NET_X + NET_W / 2, TOP + 46), f"reaches {len(opened)}" if opened else "reaches nothing", Pen(RED, anchor="middle", size=11)
    )
    for name, at in rows.items():
        ways = picture.ways.get(name, ())
        if ways:
            yield from _way(ways, at)


def _way(ways: Sequence[Way], at: Point) -> Iterator[str]:
    way = min(ways, key=lambda one: (list(WAY_COLOURS).index(one.exposure), one.via))
    closed = all(one.reachable is False for one in ways)
    colour = GREY if closed else WAY_COLOURS[way.exposure]
    dash = "" if way.exposure == "internet" and not closed else ' stroke-dasharray="5 4"'
    yield (
        f'<path d="M{NET_X + NET_W} {at.y} H{at.x - 7}" stroke="{colour}" stroke-width="1.8" fill="none"{dash}/>'
        f'<path d="M{at.x} {at.y} l-8 -4 v8 z" fill="{colour}"/>'
    )
    kind, _, name = way.via.partition("/")[2].partition("/")
    more = f" +{len(ways) - 1}" if len(ways) > 1 else ""
    words = "closed by policy" if closed else f"{kind} {name}{more}" if way.exposure == "internet" else f"{way.exposure}: {name}"
    yield _text(Point(NET_X + NET_W + 8, at.y - 4), words, Pen(colour, size=10), most=30)


def _store_height(reached: Sequence[Reach]) -> float:
    return HEAD + 10 + 20 * max(len(reached), 1)


def _store_at(picture: Picture) -> dict[str, float]:
    found, y = {}, float(TOP)
    for store in picture.stores:
        found[store.name] = y
        y += _store_height(picture.reached.get(store.name, ())) + GAP
    return found


def _stores(picture: Picture) -> Drawn:
    """Draw each shared store as a card that lists who reaches it."""
    elements, y = [], float(TOP)
    for store in picture.stores:
        reached = picture.reached.get(store.name, ())
        height = _store_height(reached)
        elements.append(
            f'<rect x="{STORE_X}" y="{y}" width="{STORE_W}" height="{height}" rx="10" fill="#fffbeb" stroke="{INK}" stroke-width="1.4"/>'
        )
        elements.append(_cylinder(STORE_X + 14, y + 9))
        elements.append(_text(Point(STORE_X + 38, y + 21), f"{store.namespace}/{short(store.name)}", Pen(INK, bold=True)))
        elements.append(_text(Point(STORE_X + STORE_W - 12, y + 21), f"shared {store.store}", Pen(GREY, anchor="end", size=11)))
        lines = [_line(picture, one, y + HEAD + 16 + 20 * number) for number, one in enumerate(reached)]
        elements += [element for line in lines for element in line]
        if not reached:
            elements.append(_text(Point(STORE_X + 14, y + HEAD + 16), "nobody reaches it", Pen(GREY, size=12)))
        y += height + GAP
    return Drawn(elements, y)


def _line(picture: Picture, one: Reach, y: float) -> Iterator[str]:
    colour = picture.colours.get(one.owner, GREY)
    yield f'<rect x="{STORE_X + 14}" y="{y - 10}" width="12" height="12" rx="3" fill="{colour}"/>'
    yield _text(Point(STORE_X + 32, y), one.owner, Pen(colour, bold=one.owner in picture.colours, size=12), most=18)
    yield _text(Point(STORE_X + 142, y), f"{_few(one.ports)}: {', '.join(one.workloads)}", Pen(INK, size=11), most=33)


def _few(ports: Sequence[str]) -> str:
    """Write the ports of several connections in a few words."""
    shown = [text.replace("All Connections", "all ports") for text in ports[:2]]
    return " or ".join(shown) + (" …" if len(ports) > 2 else "")


def _links(picture: Picture, rows: dict[str, Point]) -> Iterator[str]:
    """Draw a curve from each workload to each shared store that it reaches, in its tenant's colour."""
    owners = {node.name: owner_of(node) for group in picture.groups for node in group.nodes}
    tops = _store_at(picture)
    for source, store in sorted(picture.links):
        if source in rows:
            reached = [one.owner for one in picture.reached[store]]
            start = Point(GROUP_X + GROUP_W, rows[source].y)
            end = Point(STORE_X, tops[store] + HEAD + 12 + 20 * reached.index(owners[source]))
            colour = picture.colours.get(owners[source], GREY)
            bend = (STORE_X - start.x) / 2
            yield (
                f'<path d="M{start.x} {start.y} C{start.x + bend} {start.y} {end.x - bend} {end.y} {end.x} {end.y}" '
                f'stroke="{colour}" stroke-width="1.5" stroke-opacity="0.65" fill="none"/>'
            )


def _crossings(picture: Picture, y: float) -> Drawn:
    """List what one tenant may open to another: the one thing that should not be there."""
    if not picture.colours:
        return Drawn((), y)
    rows = picture.crossings
    height = HEAD + 12 + 20 * max(min(len(rows), MOST_CROSSINGS) + (len(rows) > MOST_CROSSINGS), 1)
    colour = RED if rows else "#15803d"
    elements = [
        f'<rect x="{STORE_X}" y="{y}" width="{STORE_W}" height="{height}" rx="10" fill="white" stroke="{colour}" stroke-width="1.4"/>',
        _text(Point(STORE_X + 14, y + 21), "Between tenants", Pen(colour, bold=True)),
    ]
    if not rows:
        elements.append(_text(Point(STORE_X + 14, y + HEAD + 16), "no tenant reaches another", Pen(colour, size=12)))
    for number, row in enumerate(rows[:MOST_CROSSINGS]):
        at = y + HEAD + 16 + 20 * number
        elements.append(_text(Point(STORE_X + 14, at), row.source, Pen(picture.colours[row.source], bold=True, size=12), most=14))
        elements.append(_text(Point(STORE_X + 112, at), "→", Pen(INK, size=12)))
        elements.append(
            _text(
                Point(STORE_X + 130, at), row.workload.partition("[")[0], Pen(picture.colours[row.destination], bold=True, size=12), most=22
            )
        )
        elements.append(_text(Point(STORE_X + STORE_W - 12, at), _few(row.ports), Pen(INK, anchor="end", size=11), most=18))
    if len(rows) > MOST_CROSSINGS:
        elements.append(
            _text(Point(STORE_X + 14, y + height - 8), f"and {len(rows) - MOST_CROSSINGS} more: see the matrix", Pen(RED, size=11))
        )
    return Drawn(elements, y + height)


def _legend() -> Iterator[str]:
    yield _text(Point(MARGIN, 34), "Who may reach whom", Pen(INK, bold=True, size=20))
    x = float(MARGIN)
    for mark, words in (
        (f'<path d="M0 -4 h22" stroke="{RED}" stroke-width="2"/>', "open to the internet"),
        (f'<path d="M0 -4 h22" stroke="{AMBER}" stroke-width="2" stroke-dasharray="5 4"/>', "limited, or on nodes"),
        (f'<circle cx="8" cy="-4" r="4" fill="none" stroke="{RED}" stroke-width="1.6"/>', "takes connections from anywhere"),
        (f'<path d="M0 -4 h22" stroke="{GREY}" stroke-width="2"/>', "reaches a shared store, in the tenant's colour"),
    ):
        yield f'<g transform="translate({x} 62)">{mark}{_text(Point(28, 0), words, Pen(GREY, size=12))}</g>'
        x += 60 + 6.6 * len(words)


def _matrix(picture: Picture, top: float) -> Drawn:
    """Draw who (rows) may open connections to whom (columns): full cells for everything, half ones for some ports."""
    groups = [group.name for group in picture.groups]
    colours = {group.name: picture.colours.get(group.tenant, GREY) for group in picture.groups}
    columns = groups + [store.name for store in picture.stores]
    labels = {store.name: f"{store.namespace}/{short(store.name)}" for store in picture.stores}
    size = min(44.0, (WIDTH - 2 * MARGIN - 200) / max(len(columns), 1))
    left, first = MARGIN + 200, top + 120
    elements = [_text(Point(MARGIN, top + 10), "From row to column", Pen(INK, bold=True, size=15))]
    elements.append(
        _text(Point(MARGIN + 160, top + 10), "full: every port, half: some ports, red: between tenants", Pen(GREY, size=12), most=80)
    )
    for number, column in enumerate(columns):
        x = left + size * number + size / 2
        words = _text(Point(0, 0), labels.get(column, column), Pen(colours.get(column, INK), size=11), most=22)
        elements.append(f'<g transform="translate({x + 4:.1f} {first - 8:.1f}) rotate(-50)">{words}</g>')
    for line, row in enumerate(groups):
        y = first + 24 * line
        elements.append(_text(Point(left - 10, y + 16), row, Pen(colours[row], anchor="end", bold=True, size=12), most=26))
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


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="white" stroke="{colour}" stroke-width="1.6"/>'
        f'<path d="M{x} {y + 10} a10 10 0 0 1 10 -10 h{width - 20} a10 10 0 0 1 10 10 v{HEAD - 10} h-{width} z" '
        f'fill="{colour}" fill-opacity="0.12"/>'
    )


def _cylinder(x: float, y: float) -> str:
    return (
        f'<path d="M{x} {y + 3} v11 a8 3 0 0 0 16 0 v-11" fill="#fde68a" stroke="{INK}"/>'
        f'<ellipse cx="{x + 8}" cy="{y + 3}" rx="8" ry="3" fill="#fde68a" stroke="{INK}"/>'
    )


def _text(at: Point, words: str, pen: Pen, most: int = 60) -> str:
    full = mask.prose(words)
    shown = full if len(full) <= most else f"{full[: most - 1]}…"
    more = f"<title>{escape(full)}</title>" if shown != full else ""
    weight = ' font-weight="600"' if pen.bold else ""
    look = f'fill="{pen.colour}" font-size="{pen.size}" text-anchor="{pen.anchor}"{weight}'
    return f'<text x="{at.x}" y="{at.y}" {look}>{escape(shown)}{more}</text>'
