"""Which types take tags or labels, and where they are written."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown, known
from scanner.tables import table
from scanner.typed import Any, Mapping
from scanner.views.pods import workloads


class Taking(NamedTuple):
    """How a type takes tags: where; as ``blocks`` of key and value; ``doubt`` where nobody knows whether it takes any."""

    cloud: str
    pointer: Pointer
    blocks: bool = False
    doubt: Unknown | None = None


_CLOUDS = {"azurerm": "azure", "azapi": "azure", "aws": "aws", "google": "google", "digitalocean": "digitalocean"}


def taking(type_name: str, data: Mapping[str, Any]) -> Taking | None:
    """Return how a resource takes tags; None where it cannot take any."""
    if "/" in type_name:
        return _running(type_name.lower(), data)
    prefix, _, name = type_name.partition("_")
    if not name:
        return _kubernetes(type_name, data)
    if prefix == "azapi":
        return _azapi(name, data)
    row = table("taggable")["clouds"].get(prefix)
    if row is None or name in _words(prefix, "not_taggable"):
        return None
    return _known(prefix, name, row) if name in _words(prefix, "taggable") else _doubtful(prefix, type_name, row)


def _kubernetes(type_name: str, data: Mapping[str, Any]) -> Taking | None:
    """Return how namespaces and workloads take labels; what a controller makes has those that its controller was given."""
    if type_name != "Namespace" and (type_name not in workloads() or known(lookup(data, ("metadata", "ownerReferences")))):
        return None
    return Taking("kubernetes", ("metadata", "labels"))


def _known(prefix: str, name: str, row: Mapping[str, Any]) -> Taking:
    if name in row.get("blocks", ()):
        return Taking(_CLOUDS[prefix], ("tag",), blocks=True)
    path: list[str] = row.get("elsewhere", {}).get(name, row["argument"])
    return Taking(_CLOUDS[prefix], _pointer(path))


def _pointer(path: list[str]) -> Pointer:
    """Return a path through single blocks as the pointer of the data's lists."""
    pointer: list[str | int] = []
    for key in path[:-1]:
        pointer += [key, 0]
    return (*pointer, path[-1])


def _doubtful(prefix: str, type_name: str, row: Mapping[str, Any]) -> Taking | None:
    if "_iam_" in type_name:  # grants, of which Google has one set per type
        return None
    doubt = Unknown(f"whether {type_name} takes tags is not known", type_name)
    return Taking(_CLOUDS[prefix], tuple(row["argument"]), doubt=doubt)


def _azapi(name: str, data: Mapping[str, Any]) -> Taking | None:
    """Return how an ``azapi_resource`` takes tags, by the type inside it."""
    if name != "resource":
        return None
    arm = data.get("type")
    if not isinstance(arm, str):
        return Taking("azure", ("tags",), doubt=Unknown("the type of the azapi_resource is not known", "azapi_resource"))
    return _arm(arm.partition("@")[0].lower())


def _running(type_name: str, data: Mapping[str, Any]) -> Taking | None:
    """Return how a resource that Azure listed takes tags; of the types that the table lacks, those with a location do, as all that can."""
    how = _arm(type_name)
    return how if how is None or how.doubt is None or data.get("location") or data.get("tags") else None


def _arm(type_name: str) -> Taking | None:
    """Return how a type of Azure's own, in lower case, takes tags."""
    if type_name in _arm_types("arm_taggable"):
        return Taking("azure", ("tags",))
    if type_name in _arm_types("arm_not_taggable"):
        return None
    return Taking("azure", ("tags",), doubt=Unknown(f"whether {type_name} takes tags is not known", type_name))


@cache
def _words(cloud: str, key: str) -> frozenset[str]:
    return frozenset(table("taggable")["clouds"][cloud][key].split())


@cache
def _arm_types(key: str) -> frozenset[str]:
    return frozenset(table("taggable")[key].split())
