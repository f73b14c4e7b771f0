"""Every place that the data of every source can be: its own location and each edge, with the way there and the verdict."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.typed import Iterator, Sequence
from scanner.views.azapi import NEW, UPDATE
from scanner.views.generated import stand_ins
from scanner.views.placements import azapi
from scanner.views.placements.carriers import Carrier, kinds
from scanner.views.placements.classes import Class, classify, tenant_of
from scanner.views.placements.edges import Taken, edges_of
from scanner.views.placements.home import homes
from scanner.views.placements.places import Destination
from scanner.views.placements.policy import Exemption, Policy, Verdict, policy_of
from scanner.views.placements.reasons import addresses
from scanner.views.placements.silence import speaking
from scanner.views.placements.survey import Survey
from scanner.views.placements.ways import Hop, Way

_PLACED = frozenset(("store", "process", "backup", "key", "container", "metadata", "network", "edge"))


class Placement(NamedTuple):
    """Data of ``source`` can be at ``destination``.

    ``via`` is the word of the carriers table that led there (``value``, ``pair``, …), ``inherited`` tells that the place is that of a
    parent which is in the scan too. ``holder`` says so: the source, or the resource between.
    """

    source: Resource
    classification: Class
    kind: str
    destination: Destination
    hops: tuple[Hop, ...]
    via: str
    holder: Resource
    inherited: bool = False
    verdict: Verdict = "unknown"
    exemption: Exemption | None = None

    @property
    def decisive(self) -> Hop | None:
        """The attribute that a person would change: that of the edge, not the one that names the source."""
        linked = len(self.hops) > 1 and self.hops[0].resource is self.hops[1].resource and self.holder is not self.source
        return self.hops[1] if linked else self.hops[0] if self.hops else None

    @property
    def tenant(self) -> str | None:
        """Whose the data is, where a tag or label says it; else the namespace of a Kubernetes object."""
        return tenant_of(self.source)

    @property
    def word(self) -> str | None:
        """The classification's word, None where it is not known."""
        return self.classification.word if isinstance(self.classification.word, str) else None


def placements(inventory: Inventory, config: Config) -> list[Placement]:
    """Return all placements in inventory order. Raises ConfigError for a profile, kind or classification that does not exist."""
    return found_by(Survey(inventory, config), policy_of(config))


def found_by(survey: Survey, policy: Policy) -> list[Placement]:
    """Return all placements of a survey under a policy."""
    found: dict[object, Placement] = {}
    for resource in _worth_a_look(survey, policy):
        for placement in _of(survey, policy, resource):
            key = _identity(placement)
            if key not in found or (_is_default(found[key]) and not _is_default(placement)):
                found[key] = placement
    return list(found.values())


def _worth_a_look(survey: Survey, policy: Policy) -> Iterator[Resource]:
    """Yield the resources of which placements may come.

    Objects that say nothing of places themselves are placed by their cluster and classified by their namespace alone: where the first
    of them gives nothing, none of its type does.
    """
    stood_for = survey.inventory.derived(stand_ins)
    speaks = survey.inventory.derived(speaking)
    placed: dict[tuple[str, str | None, str | None], bool] = {}
    for resource in survey.inventory.all:
        if id(resource) in stood_for:
            continue
        if survey.config.residency.get("classify") or id(resource) in speaks:
            yield resource
            continue
        alike = (resource.type, resource.key.scope, resource.key.namespace)
        if alike not in placed:
            placed[alike] = any(True for _ in _of(survey, policy, resource))
        if placed[alike]:
            yield resource


def _is_default(placement: Placement) -> bool:
    return placement.decisive is not None and placement.decisive.by_default


def _identity(placement: Placement) -> tuple[object, ...]:
    """Tell placements of one source apart: by kind and place, unknown ones by the attribute that says so."""
    first = next(iter(placement.hops), None) if placement.destination.cause else None
    unsure = (id(first.resource), first.pointer) if first else ()
    return (id(placement.source), placement.kind, placement.destination, unsure)


def _of(survey: Survey, policy: Policy, resource: Resource) -> Iterator[Placement]:
    if resource.type in (NEW, UPDATE):
        shaped = azapi.shaped(survey, resource)
        if shaped is not None:
            yield from _primaries(survey, policy, resource, shaped[1], azapi.arm_homes(survey, resource))
            yield from _edges(survey, policy, resource, shaped[1], azapi.arm_edges(survey, resource))
        return
    carrier = survey.carriers.row(resource.type)
    if carrier is not None:
        yield from _primaries(survey, policy, resource, carrier, homes(survey, resource))
        yield from _edges(survey, policy, resource, carrier, edges_of(survey, resource, carrier))


def _primaries(survey: Survey, policy: Policy, resource: Resource, carrier: Carrier, ways: Sequence[Way]) -> Iterator[Placement]:
    if carrier.of or not _PLACED.intersection(carrier.roles):
        return
    said = classify(survey, resource)
    if not _counts(carrier, said, ways):
        return
    inherited = bool(carrier.at and carrier.at.word == "parent")
    for way in ways:
        known_parent = inherited and len(way.hops) > 1
        via = "parent" if inherited else "value"
        yield _judged(policy, Placement(resource, said, "primary", way.destination, way.hops, via, resource, known_parent))


def _counts(carrier: Carrier, said: Class, ways: Sequence[Way]) -> bool:
    """Tell whether a resource's own place is worth a row: a workload's is where somebody says what it processes, or pins it."""
    if carrier.cloud != "kubernetes" or "store" in carrier.roles:
        return True
    return said.said or any(hop.pointer for way in ways for hop in way.hops)


def _edges(survey: Survey, policy: Policy, resource: Resource, carrier: Carrier, taken: Sequence[Taken]) -> Iterator[Placement]:
    if not taken:
        return
    source, link = _source(survey, resource, carrier)
    for kind, option, way in taken:
        whose = way.source or source
        hops = way.hops if whose is resource or not link else (link, *way.hops)
        said = _class_of_edge(survey, whose, kind)
        yield _judged(policy, Placement(whose, said, kind, way.destination, hops, option.to.word, resource))


def _source(survey: Survey, resource: Resource, carrier: Carrier) -> tuple[Resource, Hop | None]:
    """Return whose data a resource moves, and the attribute that says so; the resource itself where that is not in the scan."""
    if not carrier.of:
        return resource, None
    value = resource.data.get(carrier.of)
    targets = survey.referred(resource, value, carrier.of)
    return (targets[0], Hop(resource, (carrier.of,), value)) if targets else (resource, None)


def _class_of_edge(survey: Survey, source: Resource, kind: str) -> Class:
    fixed = kinds()[kind].get("data")
    return Class(fixed, said=False) if fixed else classify(survey, source)


def _judged(policy: Policy, draft: Placement) -> Placement:
    verdict = policy.verdict(draft.destination, draft.classification.word, draft.kind)
    if verdict == "pass" or not policy.exemptions:
        return draft._replace(verdict=verdict)
    exemption = policy.exemption(addresses(draft.source, draft.hops))
    return draft._replace(verdict="pass" if exemption else verdict, exemption=exemption)


def cause_of(placement: Placement) -> Unknown:
    """Return why a placement's verdict is not known."""
    word, place = placement.classification.word, placement.destination
    if isinstance(word, Unknown) and not place.cause:
        return word
    return Unknown(place.cause or "the place is not known", place.origin)
