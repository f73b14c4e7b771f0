"""What rules ask of the world before they are compiled: the types to parse, and the facts to derive."""

from __future__ import annotations

from scanner.inventory import MODULE
from scanner.model.reading import Wanted
from scanner.model.rule import Rule
from scanner.ruleset.kinds import ALL, types_of
from scanner.ruleset.targets import targets_of
from scanner.ruleset.world import AZAPI
from scanner.tables import table
from scanner.typed import Any, Collection, Iterable, Iterator, Mapping


def wanted(rules: Iterable[Rule]) -> Wanted:
    """Return the resource types that rules judge, join or need to know."""
    types = {name for rule in rules for name in rule.reads}
    if any("/" in word for word in types):  # what asks for ARM types finds them in Terraform too
        types.update(AZAPI)
    if any("_" in word for word in types):  # and what is about Terraform has to know which modules are not on disk
        types.add(MODULE)
    return Wanted(frozenset(types - {ALL}), ALL in types)


def facts_asked(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of the facts that rules match or join."""
    return frozenset(fact for rule in rules for fact in rule.asks)


def types_read(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types that a rule's body judges, joins or needs to know, sorted."""
    return tuple(sorted({name for target, _ in targets_of(body) for name in _types(target)}))


def asked_by(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the facts that a rule's body matches or joins, sorted."""
    return tuple(sorted({fact for target, _ in targets_of(body) for fact in _facts(target)}))


def joined_to(body: Mapping[str, Any], types: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the types of those subjects of a rule to which resources of some types may be joined, and all types that it may join."""
    beside = [(target, frozenset(_beside(target))) for target, _ in targets_of(body)]
    seeing = (types_of(target.get("match") or {}, ()) for target, joined in beside if ALL in joined or not joined.isdisjoint(types))
    return frozenset().union(*seeing), frozenset().union(*(joined for _, joined in beside))


def _joins(target: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (target.get("join") or {}).values()


def _types(target: Mapping[str, Any]) -> Iterator[str]:
    yield from types_of(target.get("match") or {}, ())
    yield from _beside(target)


def _beside(target: Mapping[str, Any]) -> Iterator[str]:
    """Yield the types that a target joins or needs to know."""
    if target.get("needs") == "namespace":
        yield "Namespace"
    for join in _joins(target):
        yield from types_of(join, ())
        if "relation" in join:
            yield from _relation_types(join["relation"], reverse=bool(join.get("reverse")))


def _facts(target: Mapping[str, Any]) -> Iterator[str]:
    for picks in (target.get("match") or {}, *_joins(target)):
        if "fact" in picks:
            yield picks["fact"]


def _relation_types(name: str, *, reverse: bool) -> Iterator[str]:
    """Yield every type that takes part in a relation; that it begins at any type is no reason to read them all."""
    for link in table("relations")["relations"][name]["links"]:
        for side in (link["from"], link["to"]):
            types = types_of(side if isinstance(side, dict) else {"type": side}, ())
            yield from (kind for kind in types if kind != ALL or reverse)
