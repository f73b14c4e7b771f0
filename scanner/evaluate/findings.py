"""Turns what a compiled rule says into a finding: its place, its related places, its message and its fingerprint."""

from __future__ import annotations

from scanner.evaluate.fingerprint import fingerprint, stable
from scanner.evaluate.lasting import lasting
from scanner.model.finding import Finding
from scanner.model.place import Pointer, Related, Span, dotted
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.rule import Rule
from scanner.ruleset.judging import Row
from scanner.ruleset.reader import Place
from scanner.ruleset.subject import Subject
from scanner.ruleset.targets import Target
from scanner.typed import Sequence

_ASKED = "\N{REPLACEMENT CHARACTER}?"
"""What stands before a requirement or an item in what names a finding: no key of any input."""
MOST_RELATED = 20
"""Related places that a finding keeps."""


class Sites(NamedTuple):
    """What a finding is located by: the attribute that it is placed at, and those that are related to it, each with a note."""

    resource: Resource
    pointer: Pointer
    others: Sequence[tuple[Resource, Pointer, str]]

    def located(self) -> tuple[Span | None, tuple[Related, ...]]:
        """Return the place, and the related ones: where the value came through, then the others that exist; each span once."""
        location = self.resource.place(self.pointer)
        found: dict[Span, Related] = {}
        for related in location.related:
            found.setdefault(related.span, related)
        for resource, pointer, note in self.others:
            span = resource.place(pointer).primary
            if span is not None:
                found.setdefault(span, Related(span, note))
        if location.primary is not None:
            found.pop(location.primary, None)
        return location.primary, tuple(found.values())[:MOST_RELATED]


def sites_of(row: Row) -> Sites:
    """Return what locates a row: its first place; further clauses' places that are there, and the steps of a fact."""
    places, fact = _places(row), row.subject.whole.fact
    others = [(*spot, _note(place, places[0], spot[0])) for place in places[1:] if place.present and (spot := _spot(place))]
    return Sites(*_spot(places[0]), [*others, *(fact.steps if fact is not None else ())])


def finding(rule: Rule, target: Target, row: Row, requirement: str = "") -> Finding:
    """Place a row and write it down; ``requirement`` names the target where another one may have something to say of the same place."""
    places, whole, sites = _places(row), row.subject.whole, sites_of(row)
    location, related = sites.located()
    return Finding(
        rule,
        whole.resource.key if whole.fact is None else sites.resource.key,
        "fail" if row.cause is None else "unknown",
        location,
        related,
        target.message()(row.subject) if row.cause is None else f"cannot be judged: {row.cause.cause}",
        None if row.cause is None else row.cause.cause,
        _identity(rule, row, places, requirement),
        dotted(places[0].pointer),
    )


def passed(rule: Rule, resource: Resource) -> Finding:
    """Say that a resource keeps a rule."""
    location = resource.place(()).primary
    return Finding(rule, resource.key, "pass", location, (), rule.title, None, fingerprint(rule.id, lasting(resource), ()))


def _places(row: Row) -> list[Place]:
    return row.places or [Place(row.subject.whole, row.subject.pointer)]


def _spot(place: Place) -> tuple[Resource, Pointer]:
    """Return the resource and pointer that a place means; a fact's is where the field it is about comes from."""
    fact = place.owner.fact
    if fact is None:
        return place.owner.resource, place.pointer
    for length in range(len(place.pointer), 0, -1):
        field = fact.fields.get(dotted(place.pointer[:length]))
        if field is not None:
            return field[0], field[1] + place.pointer[length:]
    return fact.steps[0][:2] if fact.steps else next(iter(fact.fields.values()))


def _note(place: Place, first: Place, resource: Resource) -> str:
    attribute = dotted(place.pointer)
    if place.owner is first.owner:
        return attribute
    return f"{attribute} of {resource.key.address}" if attribute else resource.key.address


def _identity(rule: Rule, row: Row, places: list[Place], requirement: str) -> str:
    """Name a row by its place, or by its fact; by the requirement and the item too where these do not follow from that."""
    whole, item = row.subject.whole, row.subject.pointer
    places = [place for place in places if not place.way]
    key, own = lasting(whole.resource), whole.resource.key
    asked = (_ASKED, requirement) if requirement else ()
    if whole.fact is not None:
        named = whole.fact.identity if key is own else tuple(part.replace(own.name, key.name) for part in whole.fact.identity)
        return fingerprint(rule.id, key, (whole.fact.kind, *named, *asked))
    inside = any(place.owner is whole and place.pointer[: len(item)] == item for place in places)
    about = () if inside else (_ASKED, *stable(whole.data, item, whole.memo))
    return fingerprint(rule.id, key, (*min(_named(place, whole) for place in places), *asked, *about))


def told_apart(one: Finding, row: Row, taken: set[tuple[int, str]]) -> Finding:
    """Return a finding whose fingerprint no other one of its rule and resource has; ``taken`` are those met so far, by ``id(resource)``.

    What one requirement asks of one thing may still be decided twice by the same place. The first keeps the plain fingerprint, so that one
    alone never changes; the next is named by all its places, and by a number where these are the same too.
    """
    whole = row.subject.whole
    owner = id(whole.resource if whole.fact is None else whole.fact)
    mark, number = one.fingerprint, 0
    while (owner, mark) in taken:
        named = sorted(_named(place, whole) for place in row.places if not place.way)
        mark = fingerprint(one.rule.id, one.resource, (one.fingerprint, *(part for names in named for part in names), *("again",) * number))
        number += 1
    taken.add((owner, mark))
    return one if mark == one.fingerprint else one._replace(fingerprint=mark)


def _named(place: Place, whole: Subject) -> tuple[str, ...]:
    """Name a place without its order: the least of several is the same, whichever comes first."""
    names = stable(place.owner.data, place.pointer, place.owner.memo)
    return names if place.owner is whole else ("\N{REPLACEMENT CHARACTER}", place.owner.resource.key.address, *names)
