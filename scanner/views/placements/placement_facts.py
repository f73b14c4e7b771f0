"""Placements as facts that rules are written over."""

from __future__ import annotations

from scanner.model.place import Pointer, dotted
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any
from scanner.views.placements.advice import advice
from scanner.views.placements.carriers import cloud_of, kinds
from scanner.views.placements.placements import Placement, cause_of
from scanner.views.placements.places import Destination
from scanner.views.placements.policy import Policy
from scanner.views.placements.survey import Survey
from scanner.views.placements.ways import Hop


def fact_of(survey: Survey, placement: Placement, policy: Policy) -> Fact:
    """Return the fact of a placement.

    A clause over its ``verdict`` is placed at the attribute that makes the edge, in the resource that says so.
    """
    decisive = placement.decisive
    resource, pointer = (decisive.resource, decisive.pointer) if decisive else (placement.holder, ())
    steps = tuple((hop.resource, hop.pointer, _note(hop)) for hop in placement.hops) or ((placement.holder, (), "is here"),)
    return Fact("placement", _data(survey, placement, policy), _identity(placement), _fields(placement, resource, pointer), steps)


def _fields(placement: Placement, resource: Resource, pointer: Pointer) -> dict[str, tuple[Resource, Pointer]]:
    said = placement.classification
    found = dict.fromkeys(("verdict", "destination", "kind"), (resource, pointer))
    if said.resource is not None:
        found["classification"] = (said.resource, said.pointer)
    return found


def _data(survey: Survey, placement: Placement, policy: Policy) -> dict[str, Any]:
    source, place, said = placement.source, placement.destination, placement.classification
    carrier = survey.carriers.row(source.type)
    return {
        "source": {"address": source.key.address, "type": source.type, "name": source.key.name},
        "holder": {"address": placement.holder.key.address, "type": placement.holder.type},
        "cloud": cloud_of(source.type)["cloud"],
        "roles": list(carrier.roles) if carrier else [],
        "classification": said.word,
        "classified": said.said,
        "kind": placement.kind,
        "title": kinds()[placement.kind]["title"],
        "via": placement.via,
        "inherited": placement.inherited,
        "destination": destination_data(place),
        "place": place_text(place),
        "verdict": cause_of(placement) if placement.verdict == "unknown" else placement.verdict,
        "decided": placement.verdict,
        "profile": policy.profile,
        "basis": "documentation" if place.sure else "general knowledge",
        "remark": f"{why(placement)}. {advice(survey.atlas, policy, placement)}".strip(),
    }


def destination_data(place: Destination) -> dict[str, Any]:
    """Return a destination as answers show it."""
    return {
        "provider": place.provider,
        "region": place.region,
        "country": place.country,
        "jurisdiction": place.jurisdiction,
        "members": list(place.members) if place.members else None,
    }


def place_text(place: Destination) -> str:
    """Write a place for people: ``northeurope (IE)``, ``EUR5 (BE, GB)``, ``places all over the world``."""
    if place.choice:
        return f"one of {', '.join(place.members or ())}"
    if place.cause and not place.spots:
        return "an unknown place"
    if place.jurisdiction == "global":
        return "places all over the world"
    countries = ", ".join(dict.fromkeys(spot.country or f"somewhere in {spot.jurisdiction.upper()}" for spot in place.spots))
    name = place.region or (place.provider or "")
    return f"{name} ({countries})" if name else countries


def why(placement: Placement) -> str:
    """Say in a few words which attribute makes the edge, and with which value or for want of one."""
    hop = placement.decisive
    if hop is None or not hop.pointer:
        return (hop.setting or hop.note if hop else "") or "the platform does so"
    after = placement.hops[placement.hops.index(hop) + 1 :]
    name, other = dotted(hop.pointer), next((one for one in after if one.resource is not hop.resource), None)
    if hop.by_default:
        return f"{name} is not written{_instead(hop, other)}"
    if not isinstance(hop.value, Unknown | dict | list):
        return f"{name} is {_plain(hop.value)}"
    return f"{name} leads to {other.resource.key.address}" if other else f"{name} is set"


def _instead(hop: Hop, other: Hop | None) -> str:
    if hop.value is not None:
        return f", which means {_plain(hop.value)}"
    if other is None or other.value is None or isinstance(other.value, Unknown):
        return ""
    return f", and {other.resource.key.address} says {_plain(other.value)}"


def _plain(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _note(hop: Hop) -> str:
    name = dotted(hop.pointer)
    if hop.setting or hop.note or not name:
        return hop.setting or hop.note or "is here"
    return f"{name} is not written" if hop.by_default else name


def _identity(placement: Placement) -> tuple[str, ...]:
    place = placement.destination
    target = place.region or ",".join(place.members or ()) or place.country or place.jurisdiction
    unsaid = f"{placement.holder.key.address}.{dotted(placement.hops[0].pointer)}" if place.cause and placement.hops else ""
    return (placement.source.key.address, placement.kind, f"{place.provider}/{target}", unsaid)
