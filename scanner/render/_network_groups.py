"""What the picture of a network shows: namespaces grouped by tenant, the stores that they share, and the ways between them."""

from __future__ import annotations

from scanner.model.network import Connection, Exit, Map, Node, Way
from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Mapping

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5195", "#b8860b", "#56b4e9", "#8c564b")
"""Colours that people with colour blindness can tell apart (after Okabe and Ito, 2008), repeated where tenants are more."""
NOBODY = ""


class Group(NamedTuple):
    """A namespace: whose it is, and its workloads in order. Stores that nobody owns stand apart."""

    name: str
    tenant: str
    platform: bool
    nodes: tuple[Node, ...]


class Reach(NamedTuple):
    """Who of one tenant (or namespace of nobody's) reaches something, and on which ports."""

    owner: str
    workloads: tuple[str, ...]
    ports: tuple[str, ...]


class Crossing(NamedTuple):
    """Connections from one tenant to another's workload."""

    source: str
    destination: str
    workload: str
    ports: tuple[str, ...]


class Picture(NamedTuple):
    """Everything that is drawn. ``open_inside`` are workloads that take connections from anywhere in the cluster."""

    groups: tuple[Group, ...]
    stores: tuple[Node, ...]
    colours: Mapping[str, str]
    reached: Mapping[str, tuple[Reach, ...]]
    links: frozenset[tuple[str, str]]
    crossings: tuple[Crossing, ...]
    ways: Mapping[str, tuple[Way, ...]]
    open_inside: frozenset[str]
    between: Mapping[tuple[str, str], tuple[str, ...]]
    exits: tuple[Exit, ...]


def picture_of(one: Map) -> Picture:
    """Arrange a map. Its connections are read here, once."""
    nodes = {node.name: node for node in one.nodes}
    stores = tuple(node for node in one.nodes if node.store and not node.tenant)
    shared = {node.name for node in stores}
    tenants = sorted({node.tenant for node in one.nodes if node.tenant})
    colours = {tenant: PALETTE[number % len(PALETTE)] for number, tenant in enumerate(tenants)}
    inside, open_inside = _read(one.connections, nodes)
    ways: dict[str, list[Way]] = {}
    for way in one.ways:
        ways.setdefault(way.dst, []).append(way)
    return Picture(
        tuple(_groups(one.nodes, shared)), stores, colours, _reached(inside, nodes, shared),
        frozenset((row.src, row.dst) for row in inside if row.dst in shared), tuple(_crossings(inside, nodes)),
        {name: tuple(dict.fromkeys(found)) for name, found in ways.items()}, frozenset(open_inside),
        _between(inside, nodes, shared), one.exits,
    )  # fmt: skip


def owner_of(node: Node) -> str:
    """Return whose a workload is: its tenant, or the name of its namespace."""
    return node.tenant or node.namespace


def _read(rows: Iterable[Connection], nodes: Mapping[str, Node]) -> tuple[list[Connection], set[str]]:
    inside, open_inside = [], set()
    for row in rows:
        if row.src in nodes and row.dst in nodes:
            inside.append(row)
        elif row.dst in nodes and row.src.startswith("0.0.0.0-"):
            open_inside.add(row.dst)
    return inside, open_inside


def _groups(nodes: Iterable[Node], shared: set[str]) -> list[Group]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if node.name not in shared:
            found.setdefault(node.namespace, []).append(node)
    groups = [Group(name, rows[0].tenant or NOBODY, rows[0].platform, tuple(rows)) for name, rows in found.items()]
    return sorted(groups, key=lambda group: (group.platform, not group.tenant, group.tenant, group.name))


def _reached(inside: Iterable[Connection], nodes: Mapping[str, Node], shared: set[str]) -> dict[str, tuple[Reach, ...]]:
    found: dict[str, dict[str, list[Connection]]] = {}
    for row in inside:
        if row.dst in shared:
            found.setdefault(row.dst, {}).setdefault(owner_of(nodes[row.src]), []).append(row)
    return {store: tuple(_reach(owner, rows) for owner, rows in sorted(owners.items())) for store, owners in found.items()}


def _reach(owner: str, rows: Iterable[Connection]) -> Reach:
    listed = list(rows)
    return Reach(owner, tuple(sorted({short(row.src) for row in listed})), tuple(dict.fromkeys(row.ports for row in listed)))


def _crossings(inside: Iterable[Connection], nodes: Mapping[str, Node]) -> list[Crossing]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in inside:
        source, destination = nodes[row.src].tenant, nodes[row.dst].tenant
        if source and destination and source != destination:
            found.setdefault((source, destination, row.dst), []).append(row.ports)
    return [Crossing(*key, tuple(dict.fromkeys(ports))) for key, ports in sorted(found.items())]


def _between(inside: Iterable[Connection], nodes: Mapping[str, Node], shared: set[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the ports between namespaces and shared stores, for the matrix."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for row in inside:
        src, dst = (name if name in shared else nodes[name].namespace for name in (row.src, row.dst))
        if src != dst:
            found.setdefault((src, dst), {})[row.ports] = None
    return {pair: tuple(ports) for pair, ports in found.items()}


def short(name: str) -> str:
    """Write ``shop/web[Deployment]`` as ``web``."""
    return name.rpartition("/")[2].partition("[")[0]
