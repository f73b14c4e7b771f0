"""Steps of takeovers: whoever fulfils a technique in a place turns into somebody else."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Iterable, Iterator
from scanner.views.permissions.access import Grant
from scanner.views.permissions.ground import CLUSTER, Crowd, Ground, Held, Place
from scanner.views.permissions.powers import Power
from scanner.views.permissions.subjects import Subject, group, user
from scanner.views.permissions.techniques import Alternative, Technique, split

Target = Subject | Crowd | Unknown
Names = tuple[str, ...] | None
"""The objects that a technique reaches; None for all."""


STRONGEST = "kube-system"
"""The namespace that somebody who may choose any of them chooses: controllers of the cluster live there."""


class Edge(NamedTuple):
    """``source`` turns into ``target`` (anybody of a crowd) by what it holds in ``place``; without a technique it is that already."""

    source: Subject
    target: Target
    technique: Technique | None
    place: Place
    evidence: tuple[tuple[Grant, Power | None], ...]


def edges_of(subject: Subject, ground: Ground, inventory: Inventory) -> Iterator[Edge]:
    """Yield every step that a subject can take at once, what works in the whole cluster first, then by namespace."""
    line = ground.all_powerful(subject)
    if line is not None:
        yield Edge(subject, CLUSTER, None, None, ((line, None),))
        return
    held = ground.holds(subject)
    done: set[str] = set()
    grants = ground.grants(subject)
    for place in sorted(held, key=lambda place: place or ""):
        atoms = held[None] | {atom: [*ways, *held[None].get(atom, ())] for atom, ways in held[place].items()} if place else held[None]
        for technique in ground.vocabulary.opened(atoms):
            if technique.id in done or (place and technique.cluster) or not _possible(technique, place, inventory, ground):
                continue
            found = _fulfilled(technique, atoms, place, grants)
            if found is not None:
                names, evidence = found
                yield from (Edge(subject, target, technique, place, evidence) for target in _targets(technique, place, names, ground))
                if place is None and names is None:
                    done.add(technique.id)


def _possible(technique: Technique, place: Place, inventory: Inventory, ground: Ground) -> bool:
    if technique.condition is None:
        return True
    kind, namespace, name = technique.condition
    found = inventory.named(kind, namespace, name)
    return place in {None, namespace} and any(resource.key.scope == ground.access.scope for resource in found)


def _fulfilled(
    technique: Technique, atoms: Held, place: Place, grants: list[Grant]
) -> tuple[Names, tuple[tuple[Grant, Power], ...]] | None:
    """Return the objects that the technique reaches and what fulfils each need, or None."""
    names: Names = None
    evidence = []
    for need in technique.needs:
        way = next((found for one in need for found in _ways(one, atoms, place, grants)), None)
        if way is None:
            return None
        evidence.append(way)
        if way[1].names is not None and any(one.names == "targets" for one in need):
            names = _all_names(need, atoms)
    return names, tuple(evidence)


def _all_names(need: Iterable[Alternative], atoms: Held) -> tuple[str, ...]:
    powers = (power for one in need for atom in one.atoms for _, power in atoms.get(atom, ()))
    return tuple(dict.fromkeys(name for power in powers for name in power.names or ()))


def _ways(one: Alternative, atoms: Held, place: Place, grants: list[Grant]) -> Iterator[tuple[Grant, Power]]:
    """Yield the grants that fulfil an alternative, those without names first."""
    ways = [way for atom in one.atoms if atom in atoms for way in atoms[atom]]
    ways.sort(key=lambda way: way[1].names is not None)
    for grant, power in ways:
        if _counts(power, one, place, grants):
            yield grant, power


def _counts(power: Power, one: Alternative, place: Place, grants: list[Grant]) -> bool:
    if one.names == "held":
        roles = _own_roles(power.atom[1], place, grants)
        return bool(roles) if power.names is None else bool(roles.intersection(power.names))
    if power.names is None:
        return True
    return one.names in {"any", "targets"} or (isinstance(one.names, tuple) and bool(set(one.names).intersection(power.names)))


def _own_roles(resource: str, place: Place, grants: list[Grant]) -> set[str]:
    kind = "ClusterRole" if split(resource)[1] == "clusterroles" else "Role"
    refs = (
        grant.binding.ref
        for grant in grants
        if grant.binding.namespace in {None, place} and (kind == "Role" or not grant.binding.namespace)
    )
    return {ref[2] for ref in refs if ref is not None and ref[0] == kind}


def _targets(technique: Technique, place: Place, names: Names, ground: Ground) -> Iterable[Target]:
    home = place if place or technique.cluster else STRONGEST
    match technique.gives:
        case "cluster":
            return [CLUSTER]
        case "namespace":
            return [_holder("ClusterRole", CLUSTER.name, home)]
        case "cluster-roles":
            return [_holder("ClusterRole", name, home) for name in names or (CLUSTER.name,)]
        case "roles" if names is not None:
            return [_holder("Role", name, place) for name in names] if place else []
        case "controller":
            return _controllers(technique, place, ground)
        case crowd:
            return [Crowd(crowd, place)] if names is None else _named(crowd, place, names, ground)


def _holder(kind: str, name: str, place: Place) -> Subject:
    return Subject(kind, name, place)


def _named(crowd: str, place: Place, names: tuple[str, ...], ground: Ground) -> Iterable[Subject]:
    if crowd in {"users", "groups"}:
        return [user(name) if crowd == "users" else group(name) for name in names]
    search = {"accounts": ground.accounts_named, "running": ground.pods_named, "tokens": ground.tokens_named}[crowd]
    return [subject for name in names for subject in search(name, place)]


def _controllers(technique: Technique, place: Place, ground: Ground) -> Iterable[Target]:
    found = [one for one in ground.accounts_named(technique.account, None) if one in ground.access.grants]
    if not found:
        return [Unknown(f"what the controller's account {technique.account} is granted is not in the scan", technique.account)]
    return [one for one in found if not technique.home or place in {None, one.namespace}]
