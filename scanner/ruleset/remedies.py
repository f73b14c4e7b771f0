"""The machine fix that a rule may carry: values to set, keys to remove, items to append, at paths as in clauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject

VERBS = ("set", "remove", "append")


class Change(NamedTuple):
    """One change of a resource's data: set or append a value at a pointer, or remove what is there."""

    verb: str
    pointer: Pointer
    value: Any = None


Repair = Callable[[Subject], list[Change]]


def compile_remedy(remedy: Any, scope: Scope, at: Pointer) -> Repair:
    """Compile ``{set: {path: value}}``, ``{remove: path}``, ``{append: {path: value}}``, or a list of these. Raises Mistake."""
    if remedy == ():
        return lambda _: []
    listed = remedy if isinstance(remedy, list) else [remedy]
    if not listed or not all(isinstance(one, dict) and len(one) == 1 for one in listed):
        raise Mistake(at, "a remedy is a list of {set: {path: value}}, {remove: path} and {append: {path: value}}")
    steps = [step for number, one in enumerate(listed) for step in _steps(one, scope, (*at, number) if listed is remedy else at)]
    return lambda subject: [change for step in steps for change in step(subject)]


def _steps(one: dict[Any, Any], scope: Scope, at: Pointer) -> list[Repair]:
    ((verb, what),) = one.items()
    if verb not in VERBS:
        raise unknown_word((*at, verb), "remedy", verb, VERBS, key=True)
    if verb == "remove":
        paths = what if isinstance(what, list) else [what]
        return [_step(verb, path, None, scope, (*at, verb)) for path in paths]
    if not isinstance(what, dict) or not what:
        raise Mistake((*at, verb), f"{verb} takes {{path: value}}")
    return [_step(verb, path, value, scope, (*at, verb, path)) for path, value in what.items()]


def _step(verb: str, path: object, value: Any, scope: Scope, at: Pointer) -> Repair:
    if isinstance(value, dict) and value.keys() == {"param"}:
        if value["param"] not in scope.params:
            raise unknown_word(at, "parameter", value["param"], scope.params)
        value = scope.params[value["param"]]
    reader = compile_path(path, scope, at)
    present_only = verb == "remove"

    def repair(subject: Subject) -> list[Change]:
        places = [entry.place for entry in reader.entries(subject)]
        return [Change(verb, place.pointer, value) for place in places if place is not None and (place.present or not present_only)]

    return repair
