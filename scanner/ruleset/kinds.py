"""The vocabulary of kinds: ``match: {kind: workload}`` means every resource type that the kinds table lists under that word."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.operators import entries_of
from scanner.tables import table
from scanner.typed import Any, Mapping
from scanner.views.pods import workloads

ALL = "*"


def types_of(match: Mapping[str, Any], at: Pointer) -> tuple[str, ...]:
    """Return the types that ``type`` and ``kind`` name, without repetition; ("*",) for every type. Raises Mistake."""
    kind = match.get("kind")
    if isinstance(kind, str) and "type" not in match:
        return kind_types(kind, (*at, "kind"))
    found = _words(match, "type", at)
    for kind in _words(match, "kind", at):
        found += kind_types(kind, (*at, "kind"))
    return tuple(dict.fromkeys(found))


@cache
def carries_pods(types: tuple[str, ...]) -> bool:
    """Tell whether resources of these types may carry a pod template."""
    return ALL in types or not workloads().keys().isdisjoint(types)


def _words(match: Mapping[str, Any], key: str, at: Pointer) -> list[str]:
    words = match.get(key, [])
    words = words if isinstance(words, list) else [words]
    if not all(isinstance(word, str) for word in words):
        raise Mistake((*at, key), f"{key} takes a word or a list of words")
    return list(words)


def kind_types(kind: str, at: Pointer) -> tuple[str, ...]:
    """Return the types of one named kind. Raises Mistake."""
    kinds = table("kinds")["kinds"]
    if kind not in kinds:
        raise unknown_word(at, "kind", kind, kinds)
    return _listed(kind)


@cache
def _listed(kind: str) -> tuple[str, ...]:
    row = table("kinds")["kinds"][kind]
    listed = [one for name in row.get("tables", ()) for one in entries_of(name)]
    words = [f"{cloud}_{name}" for cloud in row.get("taggable", ()) for name in table("taggable")["clouds"][cloud]["taggable"].split()]
    return tuple(dict.fromkeys((*listed, *words, *row.get("types", ()))))
