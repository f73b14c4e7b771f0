"""Finds for each subject the shortest way to more than it was given: to the whole cluster, else to somebody stronger."""

from __future__ import annotations

from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Iterable, Iterator, Mapping, Sequence
from scanner.views.permissions.cover import Cover
from scanner.views.permissions.edges import Edge, edges_of
from scanner.views.permissions.ground import CLUSTER, Crowd, Ground
from scanner.views.permissions.subjects import Subject


class Step(NamedTuple):
    """One edge of a way, and whom it turns the subject into; an Unknown where nobody knows how strong that is."""

    edge: Edge
    target: Subject | Unknown


class Way(NamedTuple):
    """A takeover of ``subject``: at least one step."""

    subject: Subject
    steps: tuple[Step, ...]

    @property
    def gains(self) -> Subject | Unknown:
        """Who the subject is in the end."""
        return self.steps[-1].target


class Map(NamedTuple):
    """The edges of all who are asked about and of all whom these turn into, and from there the way to the whole cluster.

    ``onward`` is everybody's next step on it, ``nearest`` each crowd's member that is nearest to it.
    """

    leaving: Mapping[Subject, Sequence[Edge]]
    onward: Mapping[Subject, Edge]
    nearest: Mapping[Crowd, Subject]


def ways(ground: Ground, inventory: Inventory, asked: Iterable[Subject]) -> Iterator[Way]:
    """Yield the shortest takeover of each subject that has one by lines of its own, in the order asked."""
    subjects = list(asked)
    known = _map(subjects, ground, inventory)
    cover = Cover(ground)
    for subject in subjects:
        if ground.all_powerful(subject) is None:
            own = [edge for edge in known.leaving.get(subject, ()) if any(line.subject == subject for line, _ in edge.evidence)]
            way = _to_cluster(subject, own, known) or _to_stronger(subject, own, cover) or _to_unknown(subject, own)
            if way is not None:
                yield way


def _map(asked: Iterable[Subject], ground: Ground, inventory: Inventory) -> Map:
    leaving: dict[Subject, list[Edge]] = {}
    crowds: set[Crowd] = set()
    waiting = list(asked)
    while waiting:
        subject = waiting.pop()
        if subject in leaving:
            continue
        leaving[subject] = [] if subject == CLUSTER else list(edges_of(subject, ground, inventory))
        for edge in leaving[subject]:
            if isinstance(edge.target, Subject):
                waiting.append(edge.target)
            elif isinstance(edge.target, Crowd) and edge.target not in crowds:
                crowds.add(edge.target)
                waiting += ground.crowd(edge.target)
    return _towards_cluster(leaving, crowds, ground)


def _towards_cluster(leaving: Mapping[Subject, Sequence[Edge]], crowds: Iterable[Crowd], ground: Ground) -> Map:
    """Walk all edges backwards from the whole cluster, nearest first."""
    arriving: dict[Subject | Crowd, list[Edge]] = {}
    for subject in sorted(leaving, key=str):
        for edge in leaving[subject]:
            if not isinstance(edge.target, Unknown):
                arriving.setdefault(edge.target, []).append(edge)
    memberships: dict[Subject, list[Crowd]] = {}
    for crowd in sorted(crowds, key=str):
        for member in ground.crowd(crowd):
            memberships.setdefault(member, []).append(crowd)
    onward: dict[Subject, Edge] = {}
    nearest: dict[Crowd, Subject] = {}
    frontier = [CLUSTER]
    while frontier:
        reached: list[Subject] = []
        for subject in frontier:
            fresh = [crowd for crowd in memberships.get(subject, ()) if crowd not in nearest]
            nearest.update(dict.fromkeys(fresh, subject))
            targets: list[Subject | Crowd] = [subject, *fresh]
            for edge in (edge for target in targets for edge in arriving.get(target, ())):
                if edge.source not in onward and edge.source != CLUSTER:
                    onward[edge.source] = edge
                    reached.append(edge.source)
        frontier = sorted(reached, key=str)
    return Map(leaving, onward, nearest)


def _to_cluster(subject: Subject, own: Iterable[Edge], known: Map) -> Way | None:
    found = [way for edge in own if (way := _way_on(subject, edge, known)) is not None]
    return min(found, key=lambda way: len(way.steps), default=None)


def _way_on(subject: Subject, first: Edge, known: Map) -> Way | None:
    """Follow the nearest way from an edge to the whole cluster; None where there is none, or only through the subject itself."""
    steps: list[Step] = []
    edge: Edge | None = first
    while edge is not None:
        target = known.nearest.get(edge.target) if isinstance(edge.target, Crowd) else edge.target
        if not isinstance(target, Subject) or target == subject:
            return None
        steps.append(Step(edge, target))
        if target == CLUSTER:
            return Way(subject, tuple(steps))
        edge = known.onward.get(target)
    return None


def _to_stronger(subject: Subject, own: Iterable[Edge], cover: Cover) -> Way | None:
    """Return the one step to somebody who holds more. There is no need to look further: who holds no more gets no further."""
    for edge in own:
        if isinstance(edge.target, Unknown):
            continue
        strong = cover.stronger(edge.target, subject)
        if strong is not None:
            return Way(subject, (Step(edge, strong),))
    return None


def _to_unknown(subject: Subject, own: Iterable[Edge]) -> Way | None:
    return next((Way(subject, (Step(edge, edge.target),)) for edge in own if isinstance(edge.target, Unknown)), None)
