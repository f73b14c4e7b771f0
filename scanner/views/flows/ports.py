"""Exact sets of connections: for each protocol of NetworkPolicy the destination ports, as sorted disjoint ranges."""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.model.record import NamedTuple
from scanner.typed import Iterable

Range = tuple[int, int]
Ranges = tuple[Range, ...]

FIRST, LAST = 1, 65535


class Ports(NamedTuple):
    """Destination ports by protocol. NetworkPolicy speaks of these three protocols only, so nothing else is said about."""

    tcp: Ranges = ()
    udp: Ranges = ()
    sctp: Ranges = ()


PROTOCOLS = ("TCP", "UDP", "SCTP")
NONE = Ports()
EVERY: Ranges = ((FIRST, LAST),)
ALL = Ports(EVERY, EVERY, EVERY)
TCP = Ports(tcp=EVERY)


def of(protocol: str, first: int = FIRST, last: int = LAST) -> Ports:
    """Return one range of one protocol; nothing for a protocol that is none of the three, or a range without ports."""
    ranges = ((max(first, FIRST), min(last, LAST)),)
    if ranges[0][0] > ranges[0][1] or protocol.upper() not in PROTOCOLS:
        return NONE
    return Ports(*(ranges if protocol.upper() == name else () for name in PROTOCOLS))


@lru_cache(maxsize=1 << 16)
def union(left: Ports, right: Ports) -> Ports:
    """Return what is in either."""
    return Ports(*(merge(a + b) for a, b in zip(left, right, strict=True)))


@lru_cache(maxsize=1 << 16)
def intersect(left: Ports, right: Ports) -> Ports:
    """Return what is in both."""
    return Ports(*(_common(a, b) for a, b in zip(left, right, strict=True)))


@lru_cache(maxsize=1 << 16)
def subtract(left: Ports, right: Ports) -> Ports:
    """Return what is in the left and not in the right."""
    return Ports(*(_common(a, _complement(b)) for a, b in zip(left, right, strict=True)))


def unite(sets: Iterable[Ports]) -> Ports:
    """Return the union of any number of sets."""
    total = NONE
    for each in sets:
        total = union(total, each)
    return total


def show(ports: Ports) -> str:
    """Write a set as the contract does: ``All Connections``, or ``TCP 80,443-450,UDP 53``."""
    if ports == ALL:
        return "All Connections"
    return ",".join(f"{name} {','.join(map(_show_range, ranges))}" for name, ranges in zip(PROTOCOLS, ports, strict=True) if ranges)


def merge(ranges: Iterable[Range]) -> Ranges:
    """Sort ranges and join those that touch or overlap."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _common(left: Ranges, right: Ranges) -> Ranges:
    if right in (left, EVERY):
        return left
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return merge((first, last) for first, last in pairs if first <= last)


def _complement(ranges: Ranges) -> Ranges:
    starts = [FIRST, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), LAST]
    return tuple((first, last) for first, last in zip(starts, ends, strict=True) if first <= last)


def _show_range(one: Range) -> str:
    return str(one[0]) if one[0] == one[1] else f"{one[0]}-{one[1]}"
