"""plumbrule.yaml against its schema: what does not fit is a ConfigError at its line, with the nearest word that would."""

from __future__ import annotations

from scanner.configuration.layers import Items, Layer, Value
from scanner.configuration.schema import ANY, KEYS, Field
from scanner.model.errors import ConfigError, nearest
from scanner.model.place import Pointer, Span, dotted
from scanner.patterns import pattern
from scanner.typed import Any, Callable

Locate = Callable[[Pointer, bool], Span | None]
"""Pointer and "the key alone" → where it stands."""

_DATE = pattern(r"\d{4}-\d{2}-\d{2}")
_WEB = pattern(r"https?://[^\s<>\"]+")
ROOT = Field("map", fields=KEYS)


def layer_of(data: Any, locate: Locate, source: str = "", field: Field = ROOT) -> Layer:
    """Check a whole document and return it with the place of each value. Raises ConfigError."""
    if data is None:
        return {}
    found = _shape(data, field, (), locate, source)
    if not isinstance(found, dict):
        raise ConfigError("the configuration must be a map of keys", locate((), False))
    return found


def _shape(data: Any, field: Field, at: Pointer, locate: Locate, source: str) -> Layer | Items | Value:
    if field.also is not None and not _kind_fits(data, field):
        return _shape(data, field.also, at, locate, source)
    match field.kind:
        case "map":
            return _map(data, field, at, locate, source)
        case "list":
            return _list(data, field, at, locate, source)
        case _:
            _check_scalar(data, field, at, locate)
            return Value(data, locate(at, False), source)


def _kind_fits(data: Any, field: Field) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {"map": dict, "list": list, "text": str}
    return isinstance(data, kinds.get(field.kind, object))


def _map(data: Any, field: Field, at: Pointer, locate: Locate, source: str) -> Layer:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError(f"{_name(at)} must be a map of keys", locate(at, False))
    for key in data:
        if key not in field.fields and field.values is None:
            raise ConfigError(f"unknown key {str(key)!r}{_inside(at)}", locate((*at, key), True), nearest(str(key), list(field.fields)))
    for key in field.required:
        if data.get(key) is None:
            raise ConfigError(f"{_name(at)} needs the key {key!r}", locate(at, False))
    return {str(key): _shape(value, field.fields.get(key, field.values or ANY), (*at, key), locate, source) for key, value in data.items()}


def _list(data: Any, field: Field, at: Pointer, locate: Locate, source: str) -> Items:
    if isinstance(data, dict) and set(data) == {"replace"}:
        return _list(data["replace"], field, (*at, "replace"), locate, source)._replace(replaces=True)
    if isinstance(data, str):  # one word is a list of one word
        data = [data]
    if not isinstance(data, list):
        raise ConfigError(f"{_name(at)} must be a list", locate(at, False))
    return Items(tuple(_item(item, field.items or ANY, (*at, number), locate, source) for number, item in enumerate(data)))


def _item(data: Any, field: Field, at: Pointer, locate: Locate, source: str) -> Value:
    _shape(data, field, at, locate, source)
    return Value(data, locate(at, False), source)


def _check_scalar(data: Any, field: Field, at: Pointer, locate: Locate) -> None:
    if field.kind == "any":
        return
    if field.choices and data not in field.choices:
        allowed = ", ".join(field.choices)
        hint = nearest(str(data), list(field.choices)) or f"one of: {allowed}"
        raise ConfigError(f"{_name(at)} cannot be {data!r}", locate(at, False), hint)
    words, fits = _SCALARS[field.kind]
    if not fits(data):
        raise ConfigError(f"{_name(at)} must be {words}", locate(at, False))


_SCALARS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text (in quotes where it looks like a number)", lambda value: isinstance(value, str)),
    "url": ("a web address such as https://example.org/rules", lambda value: isinstance(value, str) and _WEB.fullmatch(value) is not None),
    "flag": ("true or false", lambda value: isinstance(value, bool)),
    "number": ("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "date": ("a date such as 2026-12-31", lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None),
}


def _name(at: Pointer) -> str:
    return f"{dotted(at)!r}" if at else "the configuration"


def _inside(at: Pointer) -> str:
    return f" in {dotted(at)!r}" if at else ""
