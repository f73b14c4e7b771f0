"""What a rule that looks beyond its resource may see of resources: the last key of every path that it speaks of.

A value changes for a path only where something at or below that path does, so that the path's last key is on the way to every change that
it can see. A change of a resource that meets none of a rule's words is none to the rule, whichever part the resource plays in it.

A rule that is asked of facts alone sees what stands in them: whether a fact may be another is for its view to say.

Of containers that a rule looks through one by one, only how many there are is seen by that (``containers[*]``), and what is asked of each.
"""

from __future__ import annotations

from types import MappingProxyType

from scanner.ruleset.paths import Filled, Route, parse
from scanner.ruleset.targets import targets_of
from scanner.tables import table
from scanner.typed import Any, Iterable, Iterator, Mapping
from scanner.views.pods import CONTAINER_LISTS, ITEMS

ANY = "*"
_WHOLE = ("resource", "pod")
"""Roots that, alone, are a whole resource or template."""
_OF_EACH = ("require", "deny", "message", "remedy")
"""Keys of a rule with ``each`` that speak of each item; the others are asked once."""
_FACT = "fact"
"""The place of texts in a target that sees a fact and nothing else, unless they begin with one of ``_WHOLE``."""
_THROUGH = ("each", "of")
"""Keys of a rule whose path leads to a list that is looked through."""
Bodies = Mapping[str, Mapping[str, Any]]
"""Bodies of rules by id."""


def words_of(body: Mapping[str, Any], others: Bodies = MappingProxyType({})) -> tuple[str, ...]:
    """Return the words of a rule's body, sorted; ``("*",)`` where it may see anything, none where it looks at one resource alone.

    ``others`` are the rules that it may ask with ``breaks``.
    """
    targets = [target for target, _ in targets_of(body)]
    if not any("fact" in target["match"] or "join" in target for target in targets):
        return ()
    found = {"name"}  # items are named by it in fingerprints and messages
    for target in targets:
        joins = target.get("join") or {}
        for text, place in _texts([target, *_links(joins)], others):
            found |= _words(text, joins, _FACT if "fact" in target["match"] and not joins else place)
    return (ANY,) if ANY in found else tuple(sorted(found))


def _links(joins: Mapping[str, Any]) -> Iterator[Any]:
    for join in joins.values():
        if "relation" in join:
            yield from table("relations")["relations"][join["relation"]]["links"]


def _texts(data: Any, others: Bodies, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text, keys too: whatever may be a path, and more; with the place where it stands."""
    if isinstance(data, str):
        yield data, place
    elif isinstance(data, dict):
        for key, value in data.items():
            yield str(key), place
            if key == "breaks":
                yield from _asked(value, others)
            else:
                yield from _texts(value, others, _place(data, key, place))
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item, others, place)


def _place(data: Mapping[str, Any], key: str, place: str) -> str:
    """Return what a text below a key is: what leads to items that are looked through, what is asked of each (container), or neither."""
    if key in _THROUGH or (place == "through" and key == "path"):
        return "through"
    asked = ("each" in data and key in _OF_EACH) or (key == "where" and ("of" in data or place == "through"))
    if not asked:
        return "" if place == "through" else place
    leads = repr([data.get(word) for word in (*_THROUGH, "path")])
    return "container" if place == "container" or any(name in leads for name in CONTAINER_LISTS) else "item"


def _asked(breaks: Any, others: Bodies) -> Iterator[tuple[str, str]]:
    """Yield the texts of the rules that are asked, and of the version that they are asked for."""
    yield from _texts(breaks["kubernetes"], others)
    for rule in breaks["rules"]:
        if rule in others:
            yield from _texts([target for target, _ in targets_of(others[rule])], others)
        else:
            yield from ((one, "") for one in _WHOLE)


def _words(text: str, joins: Iterable[str], place: str = "") -> set[str]:
    within = _FACT if place == _FACT else ""
    found = set().union(*(_words(inner, joins, within) for inner in text.split("{")[1:] for inner in (inner.partition("}")[0],) if inner))
    try:
        route = parse(text)
    except ValueError:
        return found  # a sentence
    for step in route.steps:
        if isinstance(step, Filled):
            found = found.union(*(_words(inner, joins, within) for inner in step.parts[1::2]))
    return found | _last(route, joins, place)


def _last(route: Route, joins: Iterable[str], place: str) -> set[str]:
    keys = [step for step in route.steps if isinstance(step, str)]
    if place == _FACT and (not keys or keys[0] not in _WHOLE):
        return set()  # a word of the fact, which is known to be what it was
    if place in ("item", "container") and keys in ([], ["item"]):
        return {*CONTAINER_LISTS} if place == "container" else set()  # any other list is on the way by its own name
    if not keys or (len(keys) == 1 and (keys[0] in _WHOLE or (keys[0] in joins and len(route.steps) > 1))):
        return {ANY}
    if keys[-1] in CONTAINER_LISTS:
        return {f"{name}{ITEMS}" if place == "through" else name for name in CONTAINER_LISTS}
    return {keys[-1]}
