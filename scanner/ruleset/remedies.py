"""The machine fix that a rule may carry: values to set, keys to remove, items to append, at paths as in clauses.

``merge`` takes what a view worked out: the entries of a map to set, or the items of a list to append. A fact's path means the attribute of
the resource that the fact's field comes from.
"""

from __future__ import annotations

from scanner.model.place import Pointer, dotted
from scanner.model.record import NamedTuple
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.reader import Place
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable, Iterator

VERBS = ("set", "remove", "append", "merge")


class Change(NamedTuple):
    """One change of a resource's data: set or append a value at a pointer, or remove what is there."""

    verb: str
    pointer: Pointer
    value: Any = None


Repair = Callable[[Subject], list[Change]]


def compile_remedy(remedy: Any, scope: Scope, at: Pointer) -> Repair:
    """Compile ``{set: {path: value}}``, ``{remove: path}``, ``{append: {path: value}}``, ``{merge: {path: path}}``, or a list of these.

    Raises Mistake.
    """
    if remedy == ():
        return lambda _: []
    listed = remedy if isinstance(remedy, list) else [remedy]
    if not listed or not all(isinstance(one, dict) and len(one) == 1 for one in listed):
        raise Mistake(at, "a remedy is a list of {set: {path: value}}, {remove: path}, {append: {path: value}} and {merge: {path: path}}")
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
    if verb == "merge":
        return [_merge(path, value, scope, (*at, verb, path)) for path, value in what.items()]
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
        return [Change(verb, _written(place), value) for place in places if place is not None and (place.present or not present_only)]

    return repair


def _merge(path: object, entries: object, scope: Scope, at: Pointer) -> Repair:
    target, source = compile_path(path, scope, at), compile_path(entries, scope, at)

    def repair(subject: Subject) -> list[Change]:
        values = [entry.value for entry in source.entries(subject)]
        places = [entry.place for entry in target.entries(subject) if entry.place is not None]
        return [change for place in places for value in values for change in _entries(_written(place), value)]

    return repair


def _entries(pointer: Pointer, value: Any) -> Iterator[Change]:
    if isinstance(value, dict):
        yield from (Change("set", (*pointer, name), item) for name, item in value.items())
    elif isinstance(value, list):
        yield from (Change("append", pointer, item) for item in value)


def _written(place: Place) -> Pointer:
    """Return where a place is in its resource: a fact's, where the field comes from."""
    fact = place.owner.fact
    return place.pointer if fact is None else fact.fields[dotted(place.pointer)][1]
