"""Named relations of ``rules/_tables/relations.yaml``, compiled in either direction.

A relation is a list of links. A link leads ``from`` types ``to`` types (names, or ``{kind: …}``), either ``by`` equal values
(``{path of to: path of from}``) or by a ``selector`` (``{path of the selector in from: path of the labels in to}``).
``namespace: same`` keeps it inside a namespace, ``namespaces: path`` lets ``{any: true}`` or ``{matchNames: […]}`` of from say which;
``where`` is a condition on to. ``empty`` and ``missing`` (all | none) say what such a selector selects. ``turned: true`` makes the
relation go this link from ``to`` to ``from``.
"""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown, unseen
from scanner.ruleset.joins import End, Places, Site, Test, Way, by_value, filter_of, narrowed, only, other_scope, sides
from scanner.ruleset.kinds import ALL, types_of
from scanner.ruleset.logic import every
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Joined, Scope
from scanner.ruleset.selectors import Selector, Side, index_by_labels, index_by_selectors, parse_selector
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World
from scanner.tables import table
from scanner.typed import Any, Callable, Sequence


def ends(name: str, *, reverse: bool) -> tuple[str, ...]:
    """Return the types that a relation leads to."""
    links = table("relations")["relations"][name]["links"]
    sides = [link["from"] if reverse is not link.get("turned", False) else link["to"] for link in links]
    return tuple(one for side in sides for one in types_of(side if isinstance(side, dict) else {"type": side}, ()))


class Link(NamedTuple):
    """One row of a relation, in the direction asked: types we start at, types we arrive at, and the way between them."""

    start: tuple[str, ...]
    way: Way


def compile_relation(join: dict[str, Any], site: Site, at: Pointer) -> Way:
    """Compile ``{relation: name}``, turned round with ``reverse: true``. Raises Mistake where it does not start at the rule's types."""
    only(join, ("relation", "reverse", "where", "needs"), at)
    relations, name, reverse = table("relations")["relations"], join["relation"], join.get("reverse", False) is True
    if name not in relations:
        raise unknown_word((*at, "relation"), "relation", name, relations)
    links = [
        _link((name, number, reverse is not row.get("turned", False)), row, join, site, at)
        for number, row in enumerate(relations[name]["links"])
    ]
    starts = sorted({start for link in links for start in link.start})
    if not any(fits(link.start, one) for link in links for one in site.types) and ALL not in site.types:
        raise Mistake(
            (*at, "relation"), f"{name} starts at {', '.join(starts)}, which this rule does not match", "`reverse: true` turns it round"
        )

    def ways(subject: Subject) -> list[Way]:
        return [link.way for link in links if fits(link.start, subject.whole.resource.key.type)]

    def find(subject: Subject) -> list[Joined]:
        return _once(joined for way in ways(subject) for joined in way.find(subject))

    def places(subject: Subject) -> Places:
        return [place for way in ways(subject) for place in way.places(subject)]

    return Way(find, places, any(link.way.pods for link in links))


def fits(types: tuple[str, ...], type_name: str) -> bool:
    """Tell whether a type is one of these."""
    return type_name in types or ALL in types


def _match(side: Any) -> dict[str, Any]:
    return side if isinstance(side, dict) else {"type": side}


def _once(found: Any) -> list[Joined]:
    kept: dict[int, Joined] = {}
    for joined in found:
        known = kept.get(id(joined.subject))
        if known is None or known.doubt is not None:
            kept[id(joined.subject)] = joined
    return list(kept.values())


class _Ends(NamedTuple):
    """Both ends of a link as they are compiled: from the subject (``ours``) to the others (``theirs``)."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    reverse: bool
    world: World
    scope: Scope


def _link(token: tuple[str, int, bool], row: dict[str, Any], join: dict[str, Any], site: Site, at: Pointer) -> Link:
    origin, target = types_of(_match(row["from"]), at), types_of(_match(row["to"]), at)
    reverse = token[2]
    ends = _Ends(target if reverse else origin, origin if reverse else target, reverse, site.world, site.scope)
    way = (_by_selector if "selector" in row else _by_value)(token, row, ends, at)
    on_target = filter_of(row, other_scope(site.scope, target), at)
    asked = filter_of(join, other_scope(site.scope, ends.theirs), at)
    return Link(ends.ours, way._replace(find=_narrow(way, asked, on_target, reverse), places=lambda subject: way.places(subject.whole)))


def _narrow(way: Way, asked: Test, on_target: Test, reverse: bool) -> Callable[[Subject], list[Joined]]:
    def find(subject: Subject) -> list[Joined]:
        whole = subject.whole
        if not reverse:
            return narrowed(way.find(whole), whole, lambda other: every((on_target(other), asked(other))))
        ours = on_target(whole)
        return [] if ours is False else narrowed(way.find(whole), whole, lambda other: every((ours, asked(other))))

    return find


def _by_value(token: object, row: dict[str, Any], ends: _Ends, at: Pointer) -> Way:
    target, origin = sides(row["by"], row.get("namespace", "any"), at)
    ours, theirs = (target, origin) if ends.reverse else (origin, target)
    their_end = End(lambda: ends.world.of(ends.theirs), theirs, other_scope(ends.scope, ends.theirs))
    return by_value(token, their_end, End(list, ours, other_scope(ends.scope, ends.ours)), ends.world, at)


def _by_selector(token: object, row: dict[str, Any], ends: _Ends, at: Pointer) -> Way:
    """Selectors on the one end, labels on the other; whichever is ours, the other is indexed."""
    ((selector_path, label_path),) = row["selector"].items()
    selecting, labelled = (ends.theirs, ends.ours) if ends.reverse else (ends.ours, ends.theirs)
    selector = _selector_side(selector_path, row, other_scope(ends.scope, selecting), at)
    labels = _label_side(label_path, other_scope(ends.scope, labelled), at)
    our_path, our_scope = (label_path, labelled) if ends.reverse else (selector_path, selecting)
    anchor = compile_path(our_path, other_scope(ends.scope, our_scope), at).anchor

    def find(subject: Subject) -> list[Joined]:
        index = ends.world.indexes.get(token)
        if index is None:
            others = ends.world.of(ends.theirs)
            built = index_by_selectors(map(selector, others)) if ends.reverse else index_by_labels(map(labels, others))
            index = ends.world.indexes[token] = built
        return index.find((labels if ends.reverse else selector)(subject))

    def places(subject: Subject) -> Places:
        place = anchor(subject)
        return [] if place is None else [(place.owner, place.pointer)]

    return Way(find, places, other_scope(ends.scope, ends.theirs).pods)


def _selector_side(path: str, row: dict[str, Any], scope: Scope, at: Pointer) -> Callable[[Subject], Side]:
    read = compile_path(path, scope, at).value
    namespaces = compile_path(row["namespaces"], scope, at).value if "namespaces" in row else None
    everything = Selector(())
    nothing = parse_selector(None)
    missing = everything if row.get("missing") == "all" else nothing
    empty = nothing if row.get("empty") == "none" else everything

    def side(subject: Subject) -> Side:
        value = read(subject)
        selector = missing if value is None else empty if value == {} and unseen(value) is None else parse_selector(value)
        key = subject.resource.key
        asked = namespaces(subject) if namespaces is not None else None
        names = _names(asked, key.namespace if row.get("namespace") == "same" or namespaces is not None else None)
        if isinstance(names, Unknown):
            return Side(subject, ((key.scope, None),), Selector((), names))
        return Side(subject, tuple((key.scope, name) for name in names), selector)

    return side


def _names(asked: Any, own: str | None) -> Sequence[str | None] | Unknown:
    """Return the namespaces that a selector of these asks for, None for any; its own where it names none."""
    if not isinstance(asked, dict):
        return asked if isinstance(asked, Unknown) else [own]
    if asked.get("any") is True:
        return [None]
    listed = asked.get("matchNames")
    names = listed if isinstance(listed, list) else []
    lost = unseen(asked, *asked.values(), *names)
    return lost if lost is not None else [name for name in names if isinstance(name, str)] or [own]


def _label_side(path: str, scope: Scope, at: Pointer) -> Callable[[Subject], Side]:
    read = compile_path(path, scope, at).value

    def side(subject: Subject) -> Side:
        key = subject.resource.key
        groups = ((key.scope, key.namespace), (key.scope, None)) if key.namespace is not None else ((key.scope, None),)
        return Side(subject, groups, read(subject))

    return side
