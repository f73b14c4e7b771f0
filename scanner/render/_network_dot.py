"""The map of a network for Graphviz: namespaces as clusters, an edge per connection."""

from __future__ import annotations

from scanner import mask
from scanner.model.network import Map
from scanner.render._drawing import GREY
from scanner.render._network_groups import PALETTE
from scanner.typed import Iterator


def to_dot(one: Map) -> Iterator[str]:
    """Write one digraph, piece by piece."""
    tenants = sorted({node.tenant for node in one.nodes if node.tenant})
    yield "digraph network {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
    for number, space in enumerate(sorted({node.namespace for node in one.nodes})):
        nodes = [node for node in one.nodes if node.namespace == space]
        tenant = next((node.tenant for node in nodes if node.tenant), None)
        colour = PALETTE[tenants.index(tenant) % len(PALETTE)] if tenant else GREY
        label = _quoted(f"{space} ({tenant})" if tenant else space)
        yield f"  subgraph cluster_{number} {{\n    label={label};\n    color={_quoted(colour)};\n"
        for node in nodes:
            yield f"    {_quoted(node.name)} [color={_quoted(colour)}{', shape=cylinder' if node.store else ''}];\n"
        yield "  }\n"
    for way in one.ways:
        yield f"  {_quoted(way.exposure)} -> {_quoted(way.dst)} [label={_quoted(f'{way.via} {way.ports}')}, color=red];\n"
    for row in one.connections:
        yield f"  {_quoted(row.src)} -> {_quoted(row.dst)} [label={_quoted(row.ports)}];\n"
    yield "}\n"


def _quoted(text: str) -> str:
    escaped = mask.prose(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
