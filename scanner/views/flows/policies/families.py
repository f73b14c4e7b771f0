"""All families of policies."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.inventory import Inventory
from scanner.views.flows.policies import admin, calico, cilium, istio, networkpolicy, unread
from scanner.views.flows.policy import Policy

FAMILIES = (networkpolicy, admin, cilium, calico, istio, unread)

READS = tuple(kind for family in FAMILIES for kind in family.READS)


def every_policy(inventory: Inventory) -> Iterator[Policy]:
    """Translate the policies of every family."""
    for family in FAMILIES:
        yield from family.policies(inventory)
