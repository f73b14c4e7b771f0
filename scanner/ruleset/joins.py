"""Compiles ``join``: named relations, and joins by equal values, always as hash lookups."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.conditions import compile_condition
from scanner.ruleset.conversion import of_terraform
from scanner.ruleset.keys import Index, Keys, compile_keys, identified
from scanner.ruleset.kinds import carries_pods, types_of
from scanner.ruleset.logic import Truth
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.scope import Join, Joined, Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World
from scanner.typed import Any, Callable, Mapping

Test = Callable[[Subject], Truth]
Places = list[tuple[Subject, Pointer]]
Incomplete = Callable[[Subject], Unknown | None]


class Site(NamedTuple):
    """Where a join is compiled: the paths' surroundings, the world it looks into, the types its rule judges, what the rule ``needs``."""

    scope: Scope
    world: World
    types: tuple[str, ...]
    needs: object = None
    at: Pointer = ()


class Way(NamedTuple):
    """A compiled way from a subject to others; ``pods`` tells that they may carry pod templates."""

    find: Callable[[Subject], list[Joined]]
    places: Callable[[Subject], Places]
    pods: bool


class End(NamedTuple):
    """One end of a join by value: how its candidates are found, and the paths of its key."""

    candidates: Callable[[], list[Subject]]
    paths: tuple[str, ...]
    scope: Scope


def compile_joins(body: object, site: Site, at: Pointer) -> dict[str, Join]:
    """Compile the ``join`` part of a rule. Raises Mistake."""
    if not isinstance(body, dict):
        raise Mistake(at, "join takes names, each with {relation: …} or {type: …, by: {their.path: our.path}}")
    joins: dict[str, Join] = {}
    for name, join in body.items():  # a join may start from an earlier one
        joins[str(name)] = _compile(join, site._replace(scope=site.scope._replace(joins=dict(joins))), (*at, name))
    return joins


def _compile(join: Any, site: Site, at: Pointer) -> Join:
    way = _way(join, site, at)
    token = object()

    def others(subject: Subject) -> list[Joined]:
        found = subject.memo.get(token)
        if found is None:
            found = subject.memo[token] = way.find(subject)
        return found

    return Join(others, way.places, _incomplete(join, site, at), way.pods)


def _incomplete(join: dict[str, Any], site: Site, at: Pointer) -> Incomplete:
    """A join's own ``needs`` is in place of the rule's; what a view derives from what was seen is not asked."""
    from scanner.ruleset.completeness import missing_part

    own = "needs" in join
    return missing_part(join["needs"] if own else site.needs, _sought(join), site.world, (*at, "needs") if own else site.at)


def _sought(join: dict[str, Any]) -> tuple[str, ...]:
    """Return the types that a join leads to; none for facts."""
    if "relation" not in join:
        return types_of(join, ())
    from scanner.ruleset.relations import ends  # it is built of the functions of this module

    return ends(join["relation"], reverse=join.get("reverse", False) is True)


def _way(join: Any, site: Site, at: Pointer) -> Way:
    if isinstance(join, dict) and "relation" in join:
        from scanner.ruleset.relations import compile_relation  # it is built of the functions below

        return compile_relation(join, site, at)
    if isinstance(join, dict) and "by" in join and join.keys() & {"type", "kind", "fact"}:
        return _equality(join, site, at)
    raise Mistake(at, "a join is {relation: …}, or {type: …, by: {their.path: our.path}}")


def only(body: dict[str, Any], known: tuple[str, ...], at: Pointer) -> None:
    """Raise Mistake for a key that is not known here."""
    for key in body:
        if key not in known:
            raise unknown_word((*at, key), "key", key, known, key=True)


def _equality(join: dict[str, Any], site: Site, at: Pointer) -> Way:
    only(join, ("type", "kind", "fact", "by", "where", "namespace", "needs"), at)
    types, fact, world = types_of(join, at), join.get("fact"), site.world
    theirs, ours = sides(join["by"], join.get("namespace", "any"), (*at, "by"))
    plain = other_scope(site.scope, types)
    candidates = (lambda: world.facts(fact)) if fact is not None else (lambda: world.of(types))
    way = by_value((types, fact, theirs), End(candidates, theirs, plain), End(list, ours, site.scope), world, (*at, "by"))
    test = filter_of(join, plain, at)
    return way._replace(find=lambda subject: narrowed(way.find(subject), subject, test))


def sides(by: Any, namespace: object, at: Pointer) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return their and our key paths of a join by value."""
    if not isinstance(by, dict) or not all(isinstance(path, str) for path in (*by, *by.values())):
        raise Mistake(at, "by takes {their.path: our.path, …}, {} for every pair")
    if namespace not in ("same", "any"):
        raise unknown_word((*at[:-1], "namespace"), "word for namespace", namespace, ("same", "any"))
    same = ("key.namespace",) if namespace == "same" else ()
    return (*by, *same), (*by.values(), *same)


def by_value(token: object, theirs: End, ours: End, world: World, at: Pointer) -> Way:
    """Compile a join by equal values; ``token`` names the index of their end, which all rules share."""
    their_keys, our_keys = compile_keys(theirs.paths, theirs.scope, at), compile_keys(ours.paths, ours.scope, at)

    def find(subject: Subject) -> list[Joined]:
        index: Index | None = world.indexes.get(token)
        if index is None:
            rows = ((other, parts) for other in theirs.candidates() for parts in _scoped(their_keys, theirs.paths, other, world))
            index = world.indexes[token] = Index(rows)
        return index.find(_scoped(our_keys, ours.paths, subject, world)) if index.order else []

    def places(subject: Subject) -> Places:
        return [(place.owner, place.pointer) for place in our_keys.places(subject)]

    return Way(find, places, theirs.scope.pods)


def _scoped(keys: Keys, paths: tuple[str, ...], subject: Subject, world: World) -> list[tuple[Any, ...]]:
    """Resources join only within one evaluation: the overlay of production does not meet that of development."""
    scope = subject.whole.resource.key.scope or ""
    return [(scope, *parts) for parts in identified(keys.read(subject), paths, subject, world)]


def narrowed(found: list[Joined], subject: Subject, test: Test) -> list[Joined]:
    """Leave out the subject itself and what the test refuses; what the test cannot tell is doubtful."""
    kept = []
    for joined in found:
        truth = joined.subject.whole is not subject.whole and test(joined.subject)
        if isinstance(truth, Unknown):
            kept.append(joined if joined.doubt is not None else Joined(joined.subject, truth))
        elif truth:
            kept.append(joined)
    return kept


def filter_of(body: Mapping[str, Any], scope: Scope, at: Pointer) -> Test:
    """Compile the ``where`` of a join, or what lets everything through."""
    if "where" not in body:
        return lambda _: True
    return compile_condition(body["where"], scope, (*at, "where")).test


def other_scope(scope: Scope, types: tuple[str, ...]) -> Scope:
    """Return what paths of the other end, which has these types, may refer to."""
    plain = scope._replace(item=False, joins={}, judging=False, every=False, outer=None)
    return plain._replace(pods=carries_pods(types), converts=of_terraform(types))
