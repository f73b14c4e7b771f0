"""Changes of plain data, as a remedy lists them."""

from __future__ import annotations

from copy import deepcopy

from scanner.model.place import Pointer
from scanner.ruleset.remedies import Change
from scanner.typed import Any, Iterable


class ImpossibleError(Exception):
    """A change does not fit the data."""


def changed(data: Any, changes: Iterable[Change]) -> Any:
    """Return a copy of the data with the changes made. Raises ImpossibleError."""
    data = deepcopy(data)
    for change in changes:
        _change(data, change)
    return data


def _change(data: Any, change: Change) -> None:
    if not change.pointer:
        raise ImpossibleError
    *way, last = change.pointer
    for step in way:
        data = _into(data, step, make=change.verb != "remove")
    if change.verb == "remove":
        _take(data, last)
    elif change.verb == "set":
        _put(data, last, deepcopy(change.value))
    else:
        _append(data, last, deepcopy(change.value))


def _into(data: Any, step: str | int, *, make: bool) -> Any:
    if isinstance(data, dict) and isinstance(step, str):
        if make and data.get(step) is None:
            data[step] = {}
        if step in data:
            return data[step]
    elif _has(data, step):
        return data[step]
    raise ImpossibleError


def _put(data: Any, last: str | int, value: Any) -> None:
    if not isinstance(data, dict) and not _has(data, last):
        raise ImpossibleError
    data[last] = value


def _take(data: Any, last: str | int) -> None:
    if not _has(data, last):
        raise ImpossibleError
    del data[last]


def _has(data: Any, key: str | int) -> bool:
    if isinstance(data, list) and isinstance(key, int):
        return 0 <= key < len(data)
    return isinstance(data, dict) and key in data


def _append(data: Any, last: str | int, value: Any) -> None:
    items = _into_list(data, last)
    items.append(value)


def _into_list(data: Any, last: str | int) -> list[Any]:
    if isinstance(data, dict) and data.get(last) is None:
        data[last] = []
    items = data[last] if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise ImpossibleError
    return items


def tops(data: Any, changes: Iterable[Change]) -> list[Pointer]:
    """Return the pointers at which the changes set or append anything in this data, each cut after its first missing key, once."""
    return list(dict.fromkeys(_top(data, change.pointer) for change in changes))


def _top(data: Any, pointer: Pointer) -> Pointer:
    for depth, step in enumerate(pointer):
        inside = data.get(step) if isinstance(data, dict) else data[step] if isinstance(data, list) and isinstance(step, int) else None
        if inside is None:
            return pointer[: depth + 1]
        data = inside
    return pointer
