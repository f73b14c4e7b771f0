"""The right side of the map: shared stores and who reaches them, what tenants may open to each other, and the ways out."""

from __future__ import annotations

from scanner.render._drawing import GREY, INK, MARGIN, RED, WIDTH, Drawn, Pen, Point, words
from scanner.render._network_groups import Picture, Reach, short
from scanner.typed import Iterator, Sequence

ROW, HEAD, GAP, TOP = 20, 30, 16, 84
STORE_X = 800
STORE_W = WIDTH - STORE_X - MARGIN

MOST_CROSSINGS = 14


def _store_height(reached: Sequence[Reach]) -> float:
    return HEAD + 10 + 20 * max(len(reached), 1)


def line_of(picture: Picture, store: str, owner: str) -> float:
    """Return the height of the line that says how somebody reaches a store."""
    y = float(TOP)
    for one in picture.stores:
        reached = picture.reached.get(one.name, ())
        if one.name == store:
            return y + HEAD + 12 + ROW * [reach.owner for reach in reached].index(owner)
        y += _store_height(reached) + GAP
    return y


def cards(picture: Picture) -> Drawn:
    """Draw everything on the right side, from the top."""
    stores = _stores(picture)
    crossings = _crossings(picture, stores.bottom + GAP)
    exits = _exits(picture, crossings.bottom + GAP)
    return Drawn([*stores.elements, *crossings.elements, *exits.elements], exits.bottom)


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
        elements.append(words(Point(STORE_X + 38, y + 21), f"{store.namespace}/{short(store.name)}", Pen(INK, bold=True)))
        elements.append(words(Point(STORE_X + STORE_W - 12, y + 21), f"shared {store.store}", Pen(GREY, anchor="end", size=11)))
        lines = [_line(picture, one, y + HEAD + 16 + 20 * number) for number, one in enumerate(reached)]
        elements += [element for line in lines for element in line]
        if not reached:
            elements.append(words(Point(STORE_X + 14, y + HEAD + 16), "nobody reaches it", Pen(GREY, size=12)))
        y += height + GAP
    return Drawn(elements, y)


def _line(picture: Picture, one: Reach, y: float) -> Iterator[str]:
    colour = picture.colours.get(one.owner, GREY)
    yield f'<rect x="{STORE_X + 14}" y="{y - 10}" width="12" height="12" rx="3" fill="{colour}"/>'
    yield words(Point(STORE_X + 32, y), one.owner, Pen(colour, bold=one.owner in picture.colours, size=12), most=18)
    yield words(Point(STORE_X + 142, y), f"{_few(one.ports)}: {', '.join(one.workloads)}", Pen(INK, size=11), most=33)


def _few(ports: Sequence[str]) -> str:
    """Write the ports of several connections in a few words."""
    shown = [text.replace("All Connections", "all ports") for text in ports[:2]]
    return " or ".join(shown) + (" …" if len(ports) > 2 else "")


def _crossings(picture: Picture, y: float) -> Drawn:
    """List what one tenant may open to another: the one thing that should not be there."""
    if not picture.colours:
        return Drawn((), y)
    rows = picture.crossings
    height = HEAD + 12 + 20 * max(min(len(rows), MOST_CROSSINGS) + (len(rows) > MOST_CROSSINGS), 1)
    colour = RED if rows else "#15803d"
    elements = [
        f'<rect x="{STORE_X}" y="{y}" width="{STORE_W}" height="{height}" rx="10" fill="white" stroke="{colour}" stroke-width="1.4"/>',
        words(Point(STORE_X + 14, y + 21), "Between tenants", Pen(colour, bold=True)),
    ]
    if not rows:
        elements.append(words(Point(STORE_X + 14, y + HEAD + 16), "no tenant reaches another", Pen(colour, size=12)))
    for number, row in enumerate(rows[:MOST_CROSSINGS]):
        at = y + HEAD + 16 + 20 * number
        elements.append(words(Point(STORE_X + 14, at), row.source, Pen(picture.colours[row.source], bold=True, size=12), most=14))
        elements.append(words(Point(STORE_X + 112, at), "→", Pen(INK, size=12)))
        elements.append(
            words(
                Point(STORE_X + 130, at), row.workload.partition("[")[0], Pen(picture.colours[row.destination], bold=True, size=12), most=22
            )
        )
        elements.append(words(Point(STORE_X + STORE_W - 12, at), _few(row.ports), Pen(INK, anchor="end", size=11), most=18))
    if len(rows) > MOST_CROSSINGS:
        elements.append(
            words(Point(STORE_X + 14, y + height - 8), f"and {len(rows) - MOST_CROSSINGS} more: see the matrix", Pen(RED, size=11))
        )
    return Drawn(elements, y + height)


def _cylinder(x: float, y: float) -> str:
    return (
        f'<path d="M{x} {y + 3} v11 a8 3 0 0 0 16 0 v-11" fill="#fde68a" stroke="{INK}"/>'
        f'<ellipse cx="{x + 8}" cy="{y + 3}" rx="8" ry="3" fill="#fde68a" stroke="{INK}"/>'
    )


def _exits(picture: Picture, y: float) -> Drawn:
    """List the names in namespaces that lead out of the cluster."""
    if not picture.exits:
        return Drawn((), y)
    height = HEAD + 12 + ROW * len(picture.exits)
    elements = [
        f'<rect x="{STORE_X}" y="{y}" width="{STORE_W}" height="{height}" rx="10" fill="white" stroke="{GREY}"/>',
        words(Point(STORE_X + 14, y + 21), "Ways out", Pen(INK, bold=True)),
    ]
    for number, one in enumerate(picture.exits):
        text = f"{short(one.via)} → {one.dst}" + (f" ({one.store})" if one.store else "")
        elements.append(words(Point(STORE_X + 14, y + HEAD + 16 + ROW * number), text, Pen(INK, size=11), most=58))
    return Drawn(elements, y + height)
