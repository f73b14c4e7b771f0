"""Fact ``address-block``: an ipBlock of a NetworkPolicy, and what is wrong with its addresses."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.typed import Any, Iterator
from scanner.views.flows import addresses
from scanner.views.flows.entries import spread
from scanner.views.flows.scene import Scene
from scanner.views.flows.written import items, mapping

PATHS = ("ingress[*].from[*].ipBlock", "egress[*].to[*].ipBlock")


def blocks(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per ipBlock."""
    for resource in scene.inventory.of("NetworkPolicy"):
        for path in PATHS:
            for pointer, block in spread(mapping(lookup(resource.data, ("spec",))), path.split(".")):
                yield _fact(resource, ("spec", *pointer), mapping(block))


def _fact(resource: Resource, pointer: Pointer, block: Any) -> Fact:
    cidr, holes = block.get("cidr"), [hole for _, hole in items(block.get("except"))]
    whole = addresses.block(cidr) if isinstance(cidr, str) else None
    data = {
        "cidr": cidr,
        "address": resource.key.address,
        "readable": whole is not None if isinstance(cidr, str) else None,
        "host_bits": [text for text in (cidr, *holes) if isinstance(text, str) and _has_host_bits(text)],
        "outside": [hole for hole in holes if whole and isinstance(hole, str) and not _inside(hole, whole)],
    }
    place = (resource, (*pointer, "cidr"))
    fields = {"cidr": place, "readable": place, "host_bits": place, "outside": (resource, (*pointer, "except"))}
    return Fact("address-block", data, (resource.key.address, *map(str, pointer)), fields, ((*place, "the block"),))


def _has_host_bits(text: str) -> bool:
    from ipaddress import ip_interface

    try:
        one = ip_interface(text)
    except ValueError:
        return False
    return one.ip != one.network.network_address


def _inside(hole: str, whole: addresses.Block) -> bool:
    found = addresses.block(hole)
    return found is not None and whole[0] <= found[0] and found[1] <= whole[1]
