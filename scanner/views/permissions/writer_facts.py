"""``workload-writer`` facts: who may run pods where, and how strictly each of these namespaces looks at pods."""

from __future__ import annotations

from scanner.inventory import Inventory, lookup
from scanner.model.resource import Fact
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Sequence
from scanner.views.permissions.access import Grant
from scanner.views.permissions.chains import Stop, line_stops
from scanner.views.permissions.ground import Ground, Place
from scanner.views.permissions.powers import Power
from scanner.views.permissions.subjects import Subject, shown
from scanner.views.permissions.techniques import Atom

ENFORCE = "pod-security.kubernetes.io/enforce"
RUN = "run-workload"


def writer_facts(ground: Ground, inventory: Inventory) -> Iterator[Fact]:
    """Yield a fact per subject that a written binding lets create or change pods or what makes pods, in the order of the bindings.

    Who is granted everything needs no fact of its own.

    ``subject`` as in ``permission`` facts; ``cluster_wide``: it may do so in every namespace; ``namespaces``: the others, each {name,
    level}, where the level is what Pod Security enforces there: missing where nothing is enforced, unknown where the scan does not say.
    """
    atoms = [atom for one in ground.vocabulary.techniques if one.id == RUN for need in one.needs for way in need for atom in way.atoms]
    for subject, grants in ground.access.grants.items():
        own = [grant for grant in grants if grant.binding.resource is not None and not grant.default]
        found = _places(own, ground, atoms)
        if found and ground.all_powerful(subject) is None:
            yield _fact(subject, found, ground, inventory)


def _places(grants: list[Grant], ground: Ground, atoms: Sequence[Atom]) -> dict[Place, tuple[Grant, Power]]:
    """Return for each place the first line that allows it."""
    found: dict[Place, tuple[Grant, Power]] = {}
    for grant in grants:
        if grant.binding.namespace not in found:
            powers = ground.powers(grant)
            here = (one for atom in atoms for one in powers.get(atom, ()))
            power = next((one for one in here if one.names is None or one.atom[0] != "create"), None)
            if power is not None:
                found[grant.binding.namespace] = (grant, power)
    return found


def _fact(subject: Subject, found: dict[Place, tuple[Grant, Power]], ground: Ground, inventory: Inventory) -> Fact:
    ordered = sorted(found, key=lambda place: place or "")
    steps = list(dict.fromkeys(stop for place in ordered for stop in line_stops(*found[place])))
    namespaces = [{"name": place, "level": _level(place, ground, inventory)} for place in ordered if place is not None]
    data: dict[str, Any] = {"subject": shown(subject), "cluster_wide": None in found, "namespaces": namespaces}
    first: Stop = steps[0]
    return Fact("workload-writer", data, (str(subject),), dict.fromkeys(data, first[:2]), tuple(steps))


def _level(namespace: str, ground: Ground, inventory: Inventory) -> Any:
    found = [one for one in inventory.named("Namespace", None, namespace) if one.key.scope == ground.access.scope]
    if found:
        return lookup(found[0].data, ("metadata", "labels", ENFORCE))
    return None if inventory.completeness.cluster else Unknown(f"Namespace {namespace} is not in the scan", f"Namespace {namespace}")
