"""Which cloud resources answer the internet: public databases, storage, load balancers, machines (`rules/_tables/exposures.yaml`)."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping, Sequence

_TYPES: Mapping[str, Any] = table("exposures")["types"]
FACTS = ("exposure",)
READS = (*_TYPES, *(row["apart"]["type"] for row in _TYPES.values() if "apart" in row))


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - every view has the same shape
    """Return one fact per resource of these types: ``address``, and ``public``: True, False or Unknown."""
    return [_fact(resource, _TYPES[resource.type], inventory) for resource in inventory.of(*_TYPES)]


def _fact(resource: Resource, row: Mapping[str, Any], inventory: Inventory) -> Fact:
    parts = [(resource, row), *((other, row["apart"]) for other in _apart(resource, row, inventory))]
    decided = [(one, part) for one, said in parts for part in _words(one, said)]
    public, at = _public(decided, opened="open" in row)
    owner, pointer = at or (resource, ())
    data = {"address": resource.key.address, "public": public}
    return Fact("exposure", data, (resource.key.address,), {"public": (owner, pointer)}, ((resource, (), "what answers"),))


def _apart(resource: Resource, row: Mapping[str, Any], inventory: Inventory) -> Iterator[Resource]:
    """Yield the resources apart that speak of this one: they refer to it, or name its id."""
    for other in inventory.of(row["apart"]["type"]) if "apart" in row else ():
        named = other.data.get(row["apart"]["of"])
        same = named.origin == resource.key.address if isinstance(named, Unknown) else named == resource.data.get("id")
        if same and other.key.scope == resource.key.scope:
            yield other


def _words(resource: Resource, said: Mapping[str, Any]) -> Iterator[tuple[Pointer, bool | Unknown]]:
    """Yield for each attribute where it is, and whether it has one of the values that count."""
    for path, values in (said.get("open") or said.get("closed") or {}).items():
        pointer, value = _value(resource.data, path)
        yield pointer, _counts(value, values)


def _value(data: Any, path: str) -> tuple[Pointer, Any]:
    pointer: Pointer = ()
    for step in path.split("."):
        if isinstance(data, list) and data:
            data, pointer = data[0], (*pointer, 0)
        if isinstance(data, Unknown):
            return pointer, data
        data, pointer = (data.get(step) if isinstance(data, dict) else None), (*pointer, step)
    return pointer, data


def _counts(value: Any, values: Sequence[Any]) -> bool | Unknown:
    """Tell whether a value is one of these; where none is listed, whether it is there at all."""
    if isinstance(value, Unknown):
        return value if values or not value.not_null else True
    if not values:
        return value not in (None, "", [])
    return value is not None and any(str(value).casefold() == str(one).casefold() for one in values)


def _public(
    decided: Sequence[tuple[Resource, tuple[Pointer, bool | Unknown]]], *, opened: bool
) -> tuple[bool | Unknown, tuple[Resource, Pointer] | None]:
    """Return whether the resource is public, and where that is said; one word opens or closes it."""
    for resource, (pointer, truth) in decided:
        if truth is True:
            return opened, (resource, pointer)
    for resource, (pointer, truth) in decided:
        if isinstance(truth, Unknown):
            return truth, (resource, pointer)
    return not opened, None
