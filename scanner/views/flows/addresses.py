"""Addresses outside the cluster, cut into the coarsest ranges that every policy treats as a whole: each range is one peer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Sequence

Block = tuple[int, int]
"""First and last address. IPv4 addresses are themselves, IPv6 addresses lie above ``V6``: one line holds both."""

V6 = 1 << 32
V4_ALL: Block = (0, V6 - 1)
V6_ALL: Block = (V6, V6 + (1 << 128) - 1)

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""RFC 1918 and RFC 4193: where pods and nodes of a cluster are taken to have their addresses where no live pod says otherwise."""

LOCAL = ("0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8")
"""Never routed on the internet (RFC 6890)."""

METADATA = ("169.254.169.254/32", "fd00:ec2::254/128", "168.63.129.16/32")
"""Instance metadata of the clouds (IPv4; AWS IPv6) and the Azure wire server."""

NODE_DNS = "169.254.20.10/32"
"""Where NodeLocal DNSCache listens by default (kubernetes.io, Using NodeLocal DNSCache in Kubernetes Clusters)."""


_SIX = {
    f"{word}/{bits}": (V6 + first, V6 + first + (1 << (128 - bits)) - 1)
    for word, first, bits in (("fc00::", 0xFC << 120, 7), ("::", 0, 127), ("fe80::", 0xFE80 << 112, 10), ("ff00::", 0xFF << 120, 8))
}
"""Those of them that every scan of pods compares with, parsed."""


def block(text: str) -> Block | None:
    """Read ``10.0.0.0/8`` or a bare address; host bits are dropped as the API does. None where it is no address."""
    if (plain := _SIX.get(text) or _plain(text)) is not None:
        return plain
    from ipaddress import ip_network  # only where policies speak of others

    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    base = V6 if network.version == 6 else 0
    return base + int(network.network_address), base + int(network.broadcast_address)


def _plain(text: str) -> Block | None:
    """Read an IPv4 network or address in its usual form; None for everything else, right or wrong."""
    words, slash, bits = text.partition("/")
    parts = words.split(".")
    written = (*parts, bits if slash else "32")
    if len(parts) != 4 or not all(one.isascii() and one.isdigit() and len(one) < 4 and str(int(one)) == one for one in written):
        return None
    *numbers, length = map(int, written)
    if max(numbers) > 255 or length > 32:
        return None
    size = 1 << (32 - length)
    first = int.from_bytes(bytes(numbers), "big") // size * size
    return first, first + size - 1


def show(one: Block) -> str:
    """Write a block as ``first-last``."""
    from ipaddress import IPv4Address, IPv6Address

    if one[0] < V6:
        return f"{IPv4Address(one[0])}-{IPv4Address(one[1])}"
    return f"{IPv6Address(one[0] - V6)}-{IPv6Address(one[1] - V6)}"


def without(whole: Block, holes: Iterable[Block]) -> list[Block]:
    """Return what is left of a block when holes are cut out of it, in order."""
    left, start = [], whole[0]
    for first, last in sorted(holes):
        if first > whole[1] or last < start:
            continue
        if first > start:
            left.append((start, first - 1))
        start = last + 1
    if start <= whole[1]:
        left.append((start, whole[1]))
    return left


class Atoms(NamedTuple):
    """The outside, cut: ``blocks`` are disjoint, sorted and together everything. A set of them is the bits of an int."""

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]

    def mask(self, blocks: Iterable[Block]) -> int:
        """Return the atoms inside the given blocks, whose edges are cuts of these atoms."""
        bits = 0
        for first, last in blocks:
            low, high = bisect_left(self.starts, first), bisect_right(self.starts, last)
            bits |= ((1 << high) - 1) & ~((1 << low) - 1) if high > low else 0
        return bits

    def joined(self, bits: int) -> list[Block]:
        """Return a set of atoms as the fewest blocks."""
        found: list[Block] = []
        for index, one in enumerate(self.blocks):
            if not bits >> index & 1:
                continue
            if found and found[-1][1] + 1 == one[0] and one[0] != V6:
                found[-1] = (found[-1][0], one[1])
            else:
                found.append(one)
        return found


def cut(blocks: Sequence[Block]) -> Atoms:
    """Cut the IPv4 addresses, and the IPv6 ones where a block speaks of them, at the edges of all blocks."""
    wholes = [V4_ALL, V6_ALL] if any(first >= V6 for first, _ in blocks) else [V4_ALL]
    edges = {edge for first, last in (*blocks, *wholes) for edge in (first, last + 1)}
    starts = sorted(edge for edge in edges if edge <= wholes[-1][1])
    ends = [*(start - 1 for start in starts[1:]), wholes[-1][1]]
    return Atoms(tuple(zip(starts, ends, strict=True)), tuple(starts))
