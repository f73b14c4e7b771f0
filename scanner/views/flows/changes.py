"""What changed between two maps: connections and ways in that are new, gone, or have other ports."""

from __future__ import annotations

from scanner.model.network import Change, Connection, Map
from scanner.typed import Iterable, Iterator, Mapping
from scanner.views.flows import addresses
from scanner.views.flows.addresses import Block

Ends = dict[tuple[str, str], str]
Sides = tuple[bool, str]
"""Whether the outside is the source, and the workload at the other end."""


def changes(before: Map, after: Map) -> Iterator[Change]:
    """Yield the differences, sorted. Ranges of addresses are compared by the addresses in them, however they were cut."""
    old, old_outside = _parted(before.connections)
    new, new_outside = _parted(after.connections)
    old |= {(way.via, way.dst): way.ports for way in before.ways}
    new |= {(way.via, way.dst): way.ports for way in after.ways}
    rows = [row for pair in {*old, *new} if (row := _change(*pair, old.get(pair), new.get(pair)))]
    for side in {*old_outside, *new_outside}:
        rows += _outside(side, old_outside.get(side, {}), new_outside.get(side, {}))
    yield from sorted(rows)


def _parted(rows: Iterable[Connection]) -> tuple[Ends, dict[Sides, dict[Block, str]]]:
    inside: Ends = {}
    outside: dict[Sides, dict[Block, str]] = {}
    for row in rows:
        source, destination = _block(row.src), _block(row.dst)
        if source is not None:
            outside.setdefault((True, row.dst), {})[source] = row.ports
        elif destination is not None:
            outside.setdefault((False, row.src), {})[destination] = row.ports
        else:
            inside[row.src, row.dst] = row.ports
    return inside, outside


def _block(end: str) -> Block | None:
    first, dash, last = end.partition("-")
    if not dash or "/" in end:
        return None
    low, high = addresses.block(first), addresses.block(last)
    return (low[0], high[1]) if low and high else None


def _outside(side: Sides, old: Mapping[Block, str], new: Mapping[Block, str]) -> list[Change]:
    """Compare address by address: cut at all edges, then join neighbours that changed alike."""
    atoms = addresses.cut([*old, *new])
    alike: dict[tuple[str | None, str | None], int] = {}
    for number, atom in enumerate(atoms.blocks):
        key = (_at(old, atom), _at(new, atom))
        alike[key] = alike.get(key, 0) | 1 << number
    found = []
    for (was, now), mask in alike.items():
        for block in atoms.joined(mask) if was != now else ():
            ends = (addresses.show(block), side[1]) if side[0] else (side[1], addresses.show(block))
            found.append(_change(*ends, was, now))
    return [row for row in found if row]


def _at(blocks: Mapping[Block, str], atom: Block) -> str | None:
    return next((ports for (first, last), ports in blocks.items() if first <= atom[0] and atom[1] <= last), None)


def _change(src: str, dst: str, was: str | None, now: str | None) -> Change | None:
    if was == now:
        return None
    kind = "added" if was is None else "removed" if now is None else "changed"
    return Change(src, dst, kind, was, now)
