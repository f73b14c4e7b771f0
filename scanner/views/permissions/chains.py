"""Tells a takeover in words, and where each of its steps is written."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.tables import table
from scanner.typed import Iterator
from scanner.views.permissions.access import Grant
from scanner.views.permissions.ground import CLUSTER, Place
from scanner.views.permissions.powers import Power
from scanner.views.permissions.roles import Role
from scanner.views.permissions.search import Step, Way
from scanner.views.permissions.subjects import ACCOUNTS, Subject
from scanner.views.permissions.techniques import Atom, split

Stop = tuple[Resource, Pointer, str]
"""A place on the way, and what is said there."""


def told(way: Way) -> str:
    """Return the way as one sentence without a full stop."""
    parts = [_part(step) for step in way.steps]
    return f"{described(way.subject)} " + ", which ".join(parts)


def described(subject: Subject) -> str:
    """Name a subject, the holder of a role, or everybody in a group of service accounts."""
    if subject == CLUSTER:
        return "cluster-admin"
    if subject.kind in {"Role", "ClusterRole"}:
        everything = subject.kind == "ClusterRole" and subject.name == CLUSTER.name
        return f"{'everything' if everything else f'{subject.kind} {subject.name}'} {where(subject.namespace)}"
    if subject.kind == "Group" and subject.name.startswith(f"{ACCOUNTS}:"):
        return f"any service account of namespace {subject.name.removeprefix(f'{ACCOUNTS}:')}"
    return str(subject)


def where(place: Place) -> str:
    """Say a place."""
    return "in the whole cluster" if place is None else f"in namespace {place}"


def spoken(atom: Atom) -> str:
    """Say a verb and a resource; the group only where it is not built in."""
    group, resource = split(atom[1])
    return f"{atom[0]} {resource if group in table('rbac_builtin')['resources'] else atom[1]}"


def _part(step: Step) -> str:
    technique = step.edge.technique
    if technique is None:
        return "is granted everything in the whole cluster"
    held = " and ".join(dict.fromkeys(spoken(power.atom) for _, power in step.edge.evidence if power is not None))
    gains = "" if technique.gives == "cluster" else f" {_gained(step)}"
    return f"may {held} {where(step.edge.place)} and so {technique.words}{gains}"


def _gained(step: Step) -> str:
    return str(step.target.origin) if isinstance(step.target, Unknown) else described(step.target)


def stops(way: Way) -> list[Stop]:
    """Return the places of the way in order, the subject's line in the binding that starts it first; built-in objects have none."""
    found: dict[tuple[int, Pointer], Stop] = {}
    for step in way.steps:
        for grant, power in step.edge.evidence:
            for stop in line_stops(grant, power):
                found.setdefault((id(stop[0]), stop[1]), stop)
    return list(found.values())


def line_stops(grant: Grant, power: Power | None) -> Iterator[Stop]:
    """Yield the subject's line in its binding and what it allows there; without a power, everything."""
    binding, role = grant.binding.resource, grant.binding.role
    name = f"{role.kind} {role.name}" if isinstance(role, Role) else "a role"
    allowed = "everything" if power is None else spoken(power.atom)
    if binding is not None:
        yield binding, ("subjects", grant.position, "name"), f"{described(grant.subject)} is bound to {name}"
    if power is not None and power.rule.resource is not None:
        yield power.rule.resource, power.rule.pointer("verbs", power.verb), f"{name} allows {allowed}"
    elif binding is not None:
        yield binding, ("roleRef",), f"{name} allows {allowed}"
