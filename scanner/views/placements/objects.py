"""Kubernetes objects that other objects name: Secrets with connection strings, storage classes, backup locations."""

from __future__ import annotations

import binascii

from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator
from scanner.views.placements import hosts
from scanner.views.placements.clusters import pinned
from scanner.views.placements.home import home
from scanner.views.placements.names import named_place
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey
from scanner.views.placements.ways import Fork, Hop, Way


def secret(survey: Survey, fork: Fork) -> list[Way]:
    """Return where the hosts in a Secret are; its values go nowhere else, not even into the reason."""
    name = fork.found.value
    found = survey.inventory.named("Secret", fork.resource.key.namespace, name) if isinstance(name, str) else ()
    if not found:
        return [Way(_absent("Secret", name), (fork.hop,))]
    ways = [way for key, text in _texts(found[0]) for way in _of_secret(survey, found[0], key, text)]
    if not ways:
        ways = [Way(lost(f"Secret {name!r} names no host outside the cluster"), (Hop(found[0], (), None),))]
    return [way._replace(hops=(fork.hop, *way.hops)) for way in ways]


def _absent(kind: str, name: Any) -> Destination:
    return lost(name.cause, name.origin) if isinstance(name, Unknown) else lost(f"{kind} {name!r} is not in the scan")


def _of_secret(survey: Survey, holder: Resource, key: tuple[str, ...], text: str) -> Iterator[Way]:
    hop = Hop(holder, key, None, note="its value is secret")
    if key[-1].lower() in ("region", "aws_region"):
        yield Way(named_place(survey, "kubernetes", text), (hop,))
    for way in hosts.places(survey, holder, hosts.hosts(text)):
        yield way._replace(hops=(hop, *way.hops))


def _texts(holder: Resource) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts of a Secret with their places: ``stringData`` as it is, ``data`` decoded."""
    for section in ("stringData", "data"):
        values: Any = holder.data.get(section)
        for key, value in values.items() if isinstance(values, dict) else ():
            text = _decoded(value) if section == "data" else value
            if isinstance(text, str):
                yield (section, key), text


def _decoded(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        return binascii.a2b_base64(value, strict_mode=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def storage_class(survey: Survey, fork: Fork) -> list[Way]:
    """Return the regions that the storage class of a claim allows, if it limits them."""
    name = fork.found.value
    found = survey.inventory.named("StorageClass", None, name) if isinstance(name, str) else ()
    ways = [way for one in found if (way := pinned(survey, one))]
    return [way._replace(hops=(fork.hop, *way.hops)) for way in ways]


def named(survey: Survey, fork: Fork) -> list[Way]:
    """Return where another object of the same namespace keeps its data: what its own edges say, else where it is."""
    from scanner.views.placements.edges import edges_of  # an object's edges may name further objects

    name, kind = fork.found.value, fork.option.to.argument
    found = survey.inventory.named(kind, fork.resource.key.namespace, name) if isinstance(name, str) else ()
    if not found:
        return [Way(_absent(kind.partition(".")[0], name), (fork.hop,))]
    ways = [edge.way for edge in edges_of(survey, found[0])] if found[0] is not fork.resource else []
    return [way._replace(hops=(fork.hop, *way.hops)) for way in ways or [home(survey, found[0])]]
