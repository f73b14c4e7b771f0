"""Which resources live together in one cluster: files do, unless they say the same object twice; a listed cluster is its own."""

from __future__ import annotations

from scanner.inventory import Completeness, Inventory
from scanner.model.counts import tally
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Iterable, Mapping, Sequence

LIVE = "cluster:"
Identity = tuple[str, str | None, str]


class World(NamedTuple):
    """One cluster, as far as the scan tells: ``scope`` says which, None where there is only one."""

    scope: str | None
    inventory: Inventory


def worlds(inventory: Inventory) -> list[World]:
    """Part an inventory into worlds.

    An object that two overlays, releases or roots evaluate exists in two worlds; what is evaluated once, or written plainly, is in all of
    them. An evaluated object takes the place of its plain source. A root of Terraform that holds nothing of Kubernetes is no cluster.
    """
    by_scope: dict[str | None, list[Resource]] = {}
    for resource in inventory.all:
        by_scope.setdefault(resource.key.scope, []).append(resource)
    if set(by_scope) <= {None}:
        return [World(None, inventory)]
    seen = inventory.completeness
    live = [scope for scope in by_scope if scope is not None and scope.startswith(LIVE)]
    found = [World(scope, Inventory(by_scope.pop(scope), _whole(seen))) for scope in sorted(live)]
    return found + _of_files(by_scope, seen) if by_scope else found


def _whole(seen: Completeness) -> Completeness:
    return seen._replace(cluster=True)


def _of_files(by_scope: Mapping[str | None, Sequence[Resource]], seen: Completeness) -> list[World]:
    times = tally(identity for resources in by_scope.values() for identity in {_identity(one) for one in resources if one.key.scope})
    rivals = sorted(scope for scope, resources in by_scope.items() if scope and _holds_objects(resources) and _is_twice(resources, times))
    shared = [one for scope, resources in by_scope.items() if scope not in rivals for one in resources]
    if not rivals:
        return [World(None, Inventory(_once(shared), seen))]
    return [World(scope, Inventory(_once([*shared, *by_scope[scope]]), seen)) for scope in rivals]


def _holds_objects(resources: Iterable[Resource]) -> bool:
    return any(one.key.provider == "kubernetes" and one.key.type != "provider" for one in resources)


def _is_twice(resources: Iterable[Resource], times: Mapping[Identity, int]) -> bool:
    return any(times[_identity(one)] > 1 for one in resources)


def _once(resources: Iterable[Resource]) -> list[Resource]:
    """Leave out plain objects that are also evaluated."""
    listed = list(resources)
    evaluated = {_identity(one) for one in listed if one.key.scope}
    return [one for one in listed if one.key.scope or _identity(one) not in evaluated]


def _identity(resource: Resource) -> Identity:
    return resource.key.type, resource.key.namespace, resource.key.name
