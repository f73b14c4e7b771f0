"""What a Terraform resource seems to lack may be made elsewhere: by a module that is not on disk, or in a file that could not be read."""

from __future__ import annotations

from scanner.inventory import MODULE, Inventory
from scanner.model.resource import Resource
from scanner.model.unknown import Open, Unknown
from scanner.typed import Any, Iterable, Iterator, Mapping

_ANYTHING = "*"
_Reasons = Mapping[tuple[Any, ...], Unknown]


def elsewhere(inventory: Inventory, resource: Resource) -> Unknown | None:
    """Tell why there may be resources beside this one, in the same evaluation, that the scan has not seen."""
    if not inventory.of(MODULE):
        return None
    reasons, scope, name = inventory.derived(_reasons), resource.key.scope, resource.data.get("name")
    asked = ((scope, resource.key.address), (scope, "=", name), (scope, _ANYTHING))
    return next((reasons[one] for one in asked if isinstance(one[-1], str) and one in reasons), None)


def _reasons(inventory: Inventory) -> _Reasons:
    """Return what modules are given: addresses of resources, and after "=" texts, with what that makes unknown.

    What could not be read to its end may be given anything.
    """
    found: dict[tuple[Any, ...], Unknown] = {}
    for module in inventory.of(MODULE):
        key = module.key
        if isinstance(module.data, Open):
            found.setdefault((key.scope, _ANYTHING), Unknown(module.data.rest.cause, kind="items"))
        reason = Unknown(f"{key.address} is not on disk, and may make it: run terraform init", key.address, kind="items")
        for names in _named(module.data.values()):
            found.setdefault((key.scope, *names), reason)
    return found


def _named(values: Iterable[Any]) -> Iterator[tuple[str, ...]]:
    for value in values:
        if isinstance(value, Unknown):
            yield from ((value.origin,),) if value.origin else ()
        elif isinstance(value, str):
            yield ("=", value)
        elif isinstance(value, dict | list):
            yield from _named(value.values() if isinstance(value, dict) else value)
