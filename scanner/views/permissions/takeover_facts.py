"""``takeover`` facts: who can turn into more than it was given, and how."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator, Mapping, Sequence
from scanner.views.permissions.access import Access, Grant
from scanner.views.permissions.accounts import Field
from scanner.views.permissions.chains import described, stops, told
from scanner.views.permissions.ground import CLUSTER, Ground
from scanner.views.permissions.powers import Vocabulary
from scanner.views.permissions.search import Way, ways
from scanner.views.permissions.subjects import shown
from scanner.views.permissions.techniques import Technique


def ground_of(access: Access, fields: Mapping[str | None, Field], techniques: Sequence[Technique]) -> Ground:
    """Return the ground of one cluster."""
    return Ground(access, fields.get(access.scope, Field({}, ())), Vocabulary(techniques))


def takeover_facts(ground: Ground, inventory: Inventory) -> Iterator[Fact]:
    """Yield a fact per subject that a written binding makes able to become more, in the order of the bindings.

    ``subject`` as in ``permission`` facts; ``becomes`` in words, unknown where nobody knows how strong that is; ``goal``: ``cluster`` or
    ``account``; ``techniques`` in order; ``place`` of the first, missing in the whole cluster; ``length``; ``chain`` in words;
    ``clouds``: the cloud identities that are gained. It is placed at the subject's line in the binding that starts the way.
    """
    asked = [subject for subject, grants in ground.access.grants.items() if any(_written(grant) for grant in grants)]
    for way in ways(ground, inventory, asked):
        yield _fact(way, ground)


def _written(grant: Grant) -> bool:
    return grant.binding.resource is not None and not grant.default


def _fact(way: Way, ground: Ground) -> Fact:
    steps = tuple(stops(way))
    first: tuple[Resource, Pointer] = steps[0][:2]
    gains = way.gains
    data: dict[str, Any] = {
        "subject": shown(way.subject),
        "becomes": gains if isinstance(gains, Unknown) else described(gains),
        "goal": "cluster" if gains == CLUSTER else "account",
        "techniques": [step.edge.technique.id for step in way.steps if step.edge.technique is not None],
        "place": way.steps[0].edge.place,
        "length": len(way.steps),
        "chain": told(way),
        "clouds": [] if isinstance(gains, Unknown) else [identity for _, identity in ground.field.clouds(gains)],
    }
    return Fact("takeover", data, (str(way.subject),), dict.fromkeys(data, first), steps)
