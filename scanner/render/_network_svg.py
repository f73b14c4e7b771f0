"""The picture of a network as SVG: the internet on the left, tenants in colour, shared stores on the right, and a matrix below."""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.model.network import Way
from scanner.render._drawing import AMBER, GREY, INK, MARGIN, RED, WIDTH, Drawn, Pen, Point, words
from scanner.render._network_cards import GAP, HEAD, STORE_X, TOP, cards, line_of
from scanner.render._network_groups import Group, Picture, owner_of, short
from scanner.render._network_matrix import matrix_of
from scanner.typed import Iterator, Sequence

ROW = 24

NET_X, NET_W = MARGIN, 128

GROUP_X, GROUP_W = 330, 300

WAY_COLOURS = {"internet": RED, "limited": AMBER, "nodes": AMBER, "unknown": AMBER, "internal": GREY}


def to_svg(picture: Picture, title: str = "Who may reach whom") -> str:
    """Draw the map and the matrix in one document."""
    rows = _rows(picture)
    groups, right = _groups(picture, rows), cards(picture)
    bottom = max(groups.bottom, right.bottom) + GAP
    matrix = matrix_of(picture, bottom + 40)
    body = [*_ways(picture, rows, bottom), *_links(picture, rows), *groups.elements, *right.elements]
    body += [*_legend(), *matrix.elements]
    height = matrix.bottom + MARGIN
    label = escape(mask.prose(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" aria-label="{label}"><title>{label}</title>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


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
        elements.append(words(Point(GROUP_X + 12, y + 20), group.name, Pen(colour, bold=True)))
        elements.append(words(Point(GROUP_X + GROUP_W - 12, y + 20), owner, Pen(colour, anchor="end", size=11)))
        elements += [element for node in group.nodes for element in _workload(picture, node.name, rows[node.name])]
        y += _height(group) + GAP
    return Drawn(elements, y)


def _workload(picture: Picture, name: str, at: Point) -> Iterator[str]:
    if name in picture.open_inside:
        yield f'<circle cx="{at.x + 16}" cy="{at.y}" r="4" fill="none" stroke="{RED}" stroke-width="1.6"/>'
    else:
        yield f'<circle cx="{at.x + 16}" cy="{at.y}" r="4" fill="{GREY}"/>'
    yield words(Point(at.x + 28, at.y + 4), short(name), Pen(INK))
    yield words(Point(at.x + GROUP_W - 12, at.y + 4), name.rpartition("[")[2].rstrip("]"), Pen(GREY, anchor="end", size=10))


def _ways(picture: Picture, rows: dict[str, Point], bottom: float) -> Iterator[str]:
    """Draw the internet, and an arrow for each way in."""
    yield f'<rect x="{NET_X}" y="{TOP}" width="{NET_W}" height="{bottom - TOP - GAP:.0f}" rx="10" fill="#fef2f2" stroke="{RED}"/>'
    yield words(Point(NET_X + NET_W / 2, TOP + 26), "Internet", Pen(RED, bold=True, anchor="middle"))
    opened = [name for name in rows if any(way.exposure == "internet" and way.reachable for way in picture.ways.get(name, ()))]
    yield words(
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
    told = "closed by policy" if closed else f"{kind} {name}{more}" if way.exposure == "internet" else f"{way.exposure}: {name}"
    yield words(Point(NET_X + NET_W + 8, at.y - 4), told, Pen(colour, size=10), most=30)


def _links(picture: Picture, rows: dict[str, Point]) -> Iterator[str]:
    """Draw a curve from each workload to each shared store that it reaches, in its tenant's colour."""
    owners = {node.name: owner_of(node) for group in picture.groups for node in group.nodes}
    for source, store in sorted(picture.links):
        if source in rows:
            start = Point(GROUP_X + GROUP_W, rows[source].y)
            end = Point(STORE_X, line_of(picture, store, owners[source]))
            colour = picture.colours.get(owners[source], GREY)
            bend = (STORE_X - start.x) / 2
            yield (
                f'<path d="M{start.x} {start.y} C{start.x + bend} {start.y} {end.x - bend} {end.y} {end.x} {end.y}" '
                f'stroke="{colour}" stroke-width="1.5" stroke-opacity="0.65" fill="none"/>'
            )


def _legend() -> Iterator[str]:
    yield words(Point(MARGIN, 34), "Who may reach whom", Pen(INK, bold=True, size=20))
    x = float(MARGIN)
    for mark, told in (
        (f'<path d="M0 -4 h22" stroke="{RED}" stroke-width="2"/>', "open to the internet"),
        (f'<path d="M0 -4 h22" stroke="{AMBER}" stroke-width="2" stroke-dasharray="5 4"/>', "limited, or on nodes"),
        (f'<circle cx="8" cy="-4" r="4" fill="none" stroke="{RED}" stroke-width="1.6"/>', "takes connections from anywhere"),
        (f'<path d="M0 -4 h22" stroke="{GREY}" stroke-width="2"/>', "reaches a shared store, in the tenant's colour"),
    ):
        yield f'<g transform="translate({x} 62)">{mark}{words(Point(28, 0), told, Pen(GREY, size=12))}</g>'
        x += 60 + 6.6 * len(told)


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" fill="white" stroke="{colour}" stroke-width="1.6"/>'
        f'<path d="M{x} {y + 10} a10 10 0 0 1 10 -10 h{width - 20} a10 10 0 0 1 10 10 v{HEAD - 10} h-{width} z" '
        f'fill="{colour}" fill-opacity="0.12"/>'
    )
