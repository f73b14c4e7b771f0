"""Azure resources that Terraform writes as ARM: the body of azapi blocks, judged by the rows of the ARM types."""

from __future__ import annotations

from scanner.model.resource import Key, Resource
from scanner.typed import Any
from scanner.views.azapi import NEW, UPDATE, body_of
from scanner.views.placements.carriers import Carrier, Rule
from scanner.views.placements.edges import Taken, edges_of
from scanner.views.placements.home import home, homes
from scanner.views.placements.survey import Survey
from scanner.views.placements.ways import Hop, Way

_OUTSIDE = ("location", "name", "tags", "parent", "identity")


def shaped(survey: Survey, resource: Resource) -> tuple[Resource, Carrier] | None:
    """Return an azapi block as the ARM resource that it writes, with the row of its type; None for types that carry no data."""
    type_name = resource.data.get("type")
    row = survey.carriers.arm_row(type_name.partition("@")[0]) if isinstance(type_name, str) else None
    if row is None:
        return None
    data = _data(survey, resource)
    if "location" not in data and row.at == Rule("value", "location"):
        row = row._replace(at=Rule("parent", "parent"))
    key = Key(resource.key.provider, row.type, "", None, resource.key.name, resource.key.address, resource.key.scope)
    return Resource(key, data, resource.format, resource.path, resource.locator), row


def arm_homes(survey: Survey, resource: Resource) -> list[Way]:
    """Return where the resource is that an azapi block makes."""
    found = shaped(survey, resource)
    if found is None or resource.type == UPDATE:
        return []
    arm, row = found
    return [_mapped(way, arm, resource) for way in homes(survey, arm, carrier=row)]


def arm_edges(survey: Survey, resource: Resource) -> list[Taken]:
    """Return the edges that an azapi block writes; an update takes none by default, and they are those of what it updates."""
    found = shaped(survey, resource)
    if found is None:
        return []
    arm, row = found
    taken = [one._replace(way=_mapped(one.way, arm, resource)) for one in edges_of(survey, arm, row)]
    if resource.type == NEW:
        return taken
    target = next(iter(survey.referred(resource, resource.data.get("resource_id"), "resource_id")), None)
    written = [one for one in taken if not (one.way.hops and one.way.hops[0].by_default)]
    return [one._replace(way=_of_target(survey, one.way, resource, target)) for one in written]


def _of_target(survey: Survey, way: Way, update: Resource, target: Resource | None) -> Way:
    """Give a way to the resource that is updated, whose place is where that one says it."""
    if target is None:
        return way
    own = home(survey, target).hops
    hops = [step for hop in way.hops for step in (own if hop.resource is update and hop.pointer == ("location",) else (hop,))]
    return way._replace(source=way.source or target, hops=tuple(hops))


def _data(survey: Survey, resource: Resource) -> dict[str, Any]:
    data = {**body_of(resource), **{key: resource.data[key] for key in ("location", "name", "tags") if resource.data.get(key) is not None}}
    target = resource.data.get("parent_id") if resource.type == NEW else resource.data.get("resource_id")
    data["parent"] = target
    if resource.type == UPDATE:
        for one in survey.referred(resource, target, "resource_id"):
            data.setdefault("location", one.data.get("location"))
    return data


def _mapped(way: Way, arm: Resource, written: Resource) -> Way:
    """Put the block that is written in the place of the ARM resource, and lead every attribute through its body."""
    return way._replace(hops=tuple(_through(hop, written) if hop.resource is arm else hop for hop in way.hops))


def _through(hop: Hop, written: Resource) -> Hop:
    pointer = hop.pointer
    if not pointer or pointer[0] in _OUTSIDE:
        return hop._replace(resource=written, pointer=("parent_id",) if pointer[:1] == ("parent",) else pointer)
    return hop._replace(resource=written, pointer=("body", *pointer) if isinstance(written.data.get("body"), dict) else ("body",))
