"""Everybody whom somebody has given something, strongest first: the page on access for people who review it."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Iterator
from scanner.views.permissions.access import Grant
from scanner.views.permissions.chains import told
from scanner.views.permissions.ground import CLUSTER, Ground, Place
from scanner.views.permissions.roles import Role
from scanner.views.permissions.search import Way, ways
from scanner.views.permissions.subjects import Subject

POWERS = ("everything", "can become cluster-admin", "can become more", "unknown", "writes", "reads", "nothing")
"""How strong a subject is, strongest first; ``unknown`` stands for what a missing role might allow."""
_READING = frozenset(("get", "list", "watch"))


class Standing(NamedTuple):
    """A subject, its power, the places it holds something in (None: the whole cluster) with the roles there, and its way to more."""

    subject: Subject
    power: str
    roles: tuple[tuple[Place, tuple[str, ...]], ...]
    chain: str | None


def standings(ground: Ground, inventory: Inventory) -> list[Standing]:
    """Return the standing of each subject that a written binding names, strongest first, then by name."""
    written = {subject: own for subject, grants in ground.access.grants.items() if (own := _written(grants))}
    found = {way.subject: way for way in ways(ground, inventory, written)}
    rows = [_standing(subject, own, found.get(subject), ground) for subject, own in written.items()]
    return sorted(rows, key=lambda row: (POWERS.index(row.power), str(row.subject)))


def _written(grants: Iterable[Grant]) -> list[Grant]:
    return [grant for grant in grants if grant.binding.resource is not None and not grant.default]


def _standing(subject: Subject, own: list[Grant], way: Way | None, ground: Ground) -> Standing:
    by_place: dict[Place, list[str]] = {}
    for grant in own:
        by_place.setdefault(grant.binding.namespace, []).append(grant.binding.ref[2] if grant.binding.ref else "?")
    places = sorted(by_place, key=lambda place: place or "")
    roles = tuple((place, tuple(sorted(set(by_place[place])))) for place in places)
    return Standing(subject, _power(subject, own, way, ground), roles, told(way) if way is not None else None)


def _power(subject: Subject, own: list[Grant], way: Way | None, ground: Ground) -> str:
    if ground.all_powerful(subject) is not None:
        return "everything"
    if way is not None:
        return "can become cluster-admin" if way.gains == CLUSTER else "can become more"
    if any(grant.unknown is not None for grant in own):
        return "unknown"
    verbs = set(_verbs(own))
    return "writes" if verbs - _READING else "reads" if verbs else "nothing"


def _verbs(own: Iterable[Grant]) -> Iterator[object]:
    for grant in own:
        if isinstance(grant.binding.role, Role):
            for rule in grant.binding.role.rules:
                yield from rule.verbs
