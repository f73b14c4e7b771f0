"""Functions over maps and objects, and over collections of any kind."""

from __future__ import annotations

from scanner.formats.terraform.evaluate import step
from scanner.formats.terraform.functions.lists import sequence
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.functions.text import graphemes
from scanner.formats.terraform.types import STRING, Type, convert, list_of, map_of, type_of, unify
from scanner.formats.terraform.values import EvaluationError, Lazy, List, Map, Sensitive, Set, Value, marked, plain
from scanner.model.unknown import Unknown


def mapping(value: Value) -> dict[str, Value]:
    """Return a map or object; raise EvaluationError for anything else."""
    if not isinstance(value, dict):
        raise EvaluationError(f"a map is required, this is a {type_of(value).kind}")
    return value


def _keys(value: Value) -> Value:
    found = sorted(mapping(value))
    return list_of(found, STRING) if isinstance(value, Map) else tuple(found)


def _values(value: Value) -> Value:
    found = [value[key] for key in sorted(mapping(value))]
    return list_of(found, value.element) if isinstance(value, Map) else tuple(found)


def _length(value: Value) -> Value:
    if isinstance(value, str):
        return len(graphemes(value))
    if isinstance(value, tuple | dict):
        return len(value)
    raise EvaluationError("only a string, list or map has a length")


def _lookup(value: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise EvaluationError("lookup takes one default")
    if isinstance(value, Sensitive):
        return Sensitive(_lookup(value.value, key, *default))
    if isinstance(value, Unknown):
        return Unknown(value.cause, value.origin)
    name = convert(key, STRING)
    if isinstance(name, Unknown):
        return default[0] if default and isinstance(value, dict) and not value else Unknown(name.cause, name.origin)
    if isinstance(value, Lazy):
        return step(value, name)
    if name in mapping(value):
        return value[name]
    if not default:
        raise EvaluationError(f"there is no {name!r} in the map")
    return convert(default[0], value.element) if isinstance(value, Map) else default[0]


def _merge(*maps: Value) -> Value:
    """Merge; an unknown map makes the whole unknown, as it may hold any key. What the others hold is there all the same."""
    sensitive = any(isinstance(one, Sensitive) for one in maps)
    given = [one.value if isinstance(one, Sensitive) else one for one in maps]
    unknown = next((one for one in given if isinstance(one, Unknown | Lazy)), None)
    if unknown is not None:
        cause = unknown.unknown() if isinstance(unknown, Lazy) else unknown
        return Unknown(cause.cause, cause.origin, not_null=True, partial=plain(_entries(maps)))
    present = [mapping(one) for one in given if one is not None]
    merged: dict[str, Value] = {key: value for one in present for key, value in one.items()}
    element = unify([one.element for one in present if isinstance(one, Map)])
    typed = bool(present) and all(isinstance(one, Map) for one in present) and element is not None
    result = map_of({key: convert(value, element) for key, value in merged.items()}, element) if typed and element else merged
    return Sensitive(result) if sensitive else result


def _entries(maps: tuple[Value, ...]) -> dict[str, Value]:
    """Return the entries that a merge surely has; those before an unknown map may have other values by it."""
    found: dict[str, Value] = {}
    for one in maps:
        given, sensitive = (one.value, True) if isinstance(one, Sensitive) else (one, False)
        if isinstance(given, Unknown | Lazy):
            cause = given.unknown() if isinstance(given, Lazy) else given
            found = {key: Unknown(cause.cause, cause.origin) for key in found}
            given = cause.partial if isinstance(cause.partial, dict) else {}
        found |= {key: marked(value, sensitive=sensitive) for key, value in (mapping(given) if given is not None else {}).items()}
    return found


def _transpose(value: Value) -> Value:
    found: dict[str, list[str]] = {}
    for key in sorted(value):
        if value[key] is None:
            raise EvaluationError("a list is null")
        for item in value[key]:
            found.setdefault(item, []).append(key)
    strings = Type("list", STRING)
    return map_of({key: list_of(sorted(items), STRING) for key, items in found.items()}, strings)


def _zipmap(keys: Value, values: Value) -> Value:
    if isinstance(values, Set) or len(keys) != len(sequence(values)):
        raise EvaluationError("zipmap needs as many keys as values")
    if any(not isinstance(key, str) for key in keys):
        unknown = next((key for key in keys if isinstance(key, Unknown)), None)
        if unknown is None:
            raise EvaluationError("a key is null")
        return Unknown(unknown.cause, unknown.origin, not_null=True)
    pairs = dict(zip(keys, values, strict=True))
    return map_of(pairs, values.element) if isinstance(values, List) else pairs


FUNCTIONS = {
    "keys": function(_keys, "any", shallow=True),
    "length": function(_length, "any -> number", shallow=True),
    "lookup": function(_lookup, "any any any...", raw=True),
    "merge": function(_merge, "any...", raw=True),
    "transpose": function(_transpose, "lists -> map"),
    "values": function(_values, "any", shallow=True),
    "zipmap": function(_zipmap, "strings any", shallow=True),
}
