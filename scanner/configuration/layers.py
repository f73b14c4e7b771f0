"""Configuration as layers: each value with the line it comes from, nearer files over farther ones."""

from __future__ import annotations

from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.typed import Any, Mapping


class Value(NamedTuple):
    """A scalar, or anything that is taken whole, and where it was written (None for options and defaults)."""

    value: Any
    origin: Span | None
    source: str = ""


class Items(NamedTuple):
    """A list; ``replaces`` says that it does not add to the list below it."""

    values: tuple[Value, ...]
    replaces: bool = False


Layer = dict[str, "Layer | Items | Value"]


def merge(below: Layer, above: Layer) -> Layer:
    """Lay one layer over another: maps merge key by key, lists add (nearer items last) unless they replace, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _over(merged.get(key), value)
    return merged


def _over(below: Layer | Items | Value | None, above: Layer | Items | Value) -> Layer | Items | Value:
    if isinstance(below, dict) and isinstance(above, dict):
        return merge(below, above)
    if isinstance(below, Items) and isinstance(above, Items) and not above.replaces:
        return Items(below.values + above.values, below.replaces)
    return above


def plain(layer: Layer | Items | Value) -> Any:
    """Drop the origins."""
    if isinstance(layer, Value):
        return layer.value
    if isinstance(layer, Items):
        return [value.value for value in layer.values]
    return {key: plain(value) for key, value in layer.items()}


def leaves(layer: Mapping[str, Layer | Items | Value], prefix: str = "") -> list[tuple[str, Value]]:
    """List every value with its dotted key, sorted by key, list items in order."""
    found: list[tuple[str, Value]] = []
    for key in sorted(layer):
        value, name = layer[key], f"{prefix}{key}"
        if isinstance(value, dict):
            found += leaves(value, f"{name}.")
        elif isinstance(value, Items):
            found += [(f"{name}[{number}]", item) for number, item in enumerate(value.values)]
        else:
            found.append((name, value))
    return found
