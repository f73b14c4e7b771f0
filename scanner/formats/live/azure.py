"""What Azure shows, as resources of ARM types.

Azure writes types and ids in any case (https://learn.microsoft.com/en-us/azure/governance/resource-graph/concepts/query-language):
types get the spelling that rules use, and an id inside a resource that of the resource it means, so that they are equal where they are
the same. Beside what Azure gives there are ``parent``, the id of the resource that one is part of, and ``scope``, the id of the one that
an extension such as a diagnostic setting is about.
"""

from __future__ import annotations

from scanner.formats.live.places import Declared, Sources
from scanner.kept import cache
from scanner.model.platform import Seen
from scanner.model.reading import Wanted
from scanner.model.resource import Key, Locator, Resource
from scanner.model.sensitive import Hidden
from scanner.model.unknown import Unknown
from scanner.model.unsourced import Unsourced
from scanner.tables import table
from scanner.typed import Any, Mapping, Sequence

PLATFORM = "azure"
_GROUPS = ("microsoft.resources/subscriptions/resourcegroups", "Microsoft.Resources/resourceGroups")
"""The type of resource groups in Resource Graph, and in templates and rules."""
_SETTINGS = frozenset(("appsettings", "connectionstrings", "env", "environmentvariables"))
"""Lists of ``{name, value}`` that may hold secrets under any name."""
_DEEPEST = 40


def lift(seen: Sequence[Seen], wanted: Wanted, sources: Sequence[Resource]) -> list[Resource]:
    """Make resources of everything that was seen, each once."""
    types = {**_types(), **{one.lower(): one for one in wanted.types if "/" in one}}
    declared = Sources(sources)
    rows: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
    for account in seen:
        for row in account.objects:
            rows.setdefault(row["id"].lower(), (account.scope, _spelled(row["id"], _type(row["type"], types)), row))
    ids = {lower: spelled for lower, (_, spelled, _) in rows.items()}
    return [_resource(scope, spelled, row, types, ids, declared) for scope, spelled, row in rows.values()]


def _resource(
    scope: str, address: str, row: Mapping[str, Any], types: Mapping[str, str], ids: Mapping[str, str], declared: Sources
) -> Resource:  # fmt: skip
    type_name = _type(row["type"], types)
    written = {key: value for key, value in row.items() if value is not None and value != ""}
    data = {**_relatives(address, ids), **_plain(written, ids, 0), "id": address, "type": type_name}
    name = data.get("name")
    shown = name if isinstance(name, str) else "?"
    source = declared.of(table("azure_types")["types"].get(type_name, ()), shown)
    locator: Locator = Unsourced(address, data) if source is None else Declared(source, address, data)
    return Resource(Key("azure", type_name, "", None, shown, address, scope), data, "live", source.path if source else "", locator)


@cache
def _types() -> Mapping[str, str]:
    """Return every spelling that our tables know, by its lower-case one."""
    known = [*table("azure_types")["types"], *(row["type"] for row in table("azure_children")["children"])]
    return {one.lower(): one for one in known} | {_GROUPS[0]: _GROUPS[1]}


def _type(given: str, types: Mapping[str, str]) -> str:
    return types.get(given.lower(), given)


def _spelled(given: str, type_name: str) -> str:
    """Write the fixed words of an id as rules do; names stay as they are."""
    parts = ["resourceGroups" if part.lower() == "resourcegroups" else part for part in given.split("/")]
    at = max((number for number, part in enumerate(parts) if part.lower() == "providers"), default=None)
    if at is not None and type_name.count("/") * 2 + 2 == len(parts) - at:
        space, *words = type_name.split("/")
        parts[at : at + 2] = ["providers", space]
        parts[at + 2 :: 2] = words
    return "/".join(parts)


def _relatives(address: str, ids: Mapping[str, str]) -> dict[str, str]:
    """Return the parent of a resource inside another, and what an extension is about, from its id."""
    before, _, own = address.rpartition("/providers/")
    found = {}
    if own.count("/") >= 4:
        found["parent"] = address.rsplit("/", 2)[0]
    if "/providers/" in before or (before and "Microsoft.Insights/diagnosticSettings/" in own):
        found["scope"] = before
    return {key: ids.get(value.lower(), value) for key, value in found.items()}


def _plain(value: Any, ids: Mapping[str, str], depth: int, *, settings: bool = False) -> Any:
    """Return a value with ids spelled as their resources are, and settings hidden."""
    if depth > _DEEPEST:
        return Unknown("the object is nested too deeply")
    if isinstance(value, dict):
        return {key: _entry(key, one, ids, depth, settings=settings) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, ids, depth + 1, settings=settings) for one in value]
    return ids.get(value.lower(), value) if isinstance(value, str) and value.startswith("/") else value


def _entry(key: str, value: Any, ids: Mapping[str, str], depth: int, *, settings: bool) -> Any:
    if settings and key.lower() in ("value", "connectionstring"):
        return Hidden(value) if isinstance(value, str) else value
    return _plain(value, ids, depth + 1, settings=key.lower() in _SETTINGS)
