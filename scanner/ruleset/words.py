"""What a rule that looks beyond its resource may see of resources: the last key of every path that it speaks of.

A value changes for a path only where something at or below that path does, so that the path's last key is on the way to every change that
it can see. A change of a resource that meets none of a rule's words is none to the rule, whichever part the resource plays in it.
"""

from __future__ import annotations

from scanner.ruleset.paths import Filled, Route, parse
from scanner.ruleset.targets import targets_of
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator, Mapping
from scanner.views.pods import CONTAINER_LISTS

ANY = "*"
_WHOLE = ("resource", "pod")
"""Roots that, alone, are a whole resource or template."""


def words_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words of a rule's body, sorted; ``("*",)`` where it may see anything, none where it looks at one resource alone."""
    targets = [target for target, _ in targets_of(body)]
    if not any("fact" in target["match"] or "join" in target for target in targets):
        return ()
    found = {"name"}  # items are named by it in fingerprints and messages
    for target in targets:
        joins = target.get("join") or {}
        for text in _texts([target, *_links(joins)]):
            found |= _words(text, joins)
    return (ANY,) if ANY in found else tuple(sorted(found))


def _links(joins: Mapping[str, Any]) -> Iterator[Any]:
    for join in joins.values():
        if "relation" in join:
            yield from table("relations")["relations"][join["relation"]]["links"]


def _texts(data: Any) -> Iterator[str]:
    """Yield every text, keys too: whatever may be a path, and more."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from _WHOLE if key == "breaks" else _texts(value)  # what other rules ask
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)


def _words(text: str, joins: Iterable[str]) -> set[str]:
    found = set().union(*(_words(inner, joins) for inner in text.split("{")[1:] for inner in (inner.partition("}")[0],) if inner))
    try:
        route = parse(text)
    except ValueError:
        return found  # a sentence
    for step in route.steps:
        if isinstance(step, Filled):
            found = found.union(*(_words(inner, joins) for inner in step.parts[1::2]))
    return found | _last(route, joins)


def _last(route: Route, joins: Iterable[str]) -> set[str]:
    keys = [step for step in route.steps if isinstance(step, str)]
    if not keys:
        return {ANY}
    if len(keys) == 1 and (keys[0] in _WHOLE or (keys[0] in joins and len(route.steps) > 1)):
        return {ANY}
    return {*CONTAINER_LISTS} if keys[-1] in CONTAINER_LISTS else {keys[-1]}
