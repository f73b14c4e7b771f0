"""Walks the steps of a path through plain data: whatever is not there is missing (None), beyond an Unknown everything is unknown."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Open, Unknown, perhaps
from scanner.ruleset.paths import EACH_KEY, KEYS, Glob, Step, Steps
from scanner.typed import Any, Callable, Iterator


def walk(value: Any, steps: Steps) -> Any:
    """Follow steps that lead to one value: None where it is missing, Unknown where it is or lies beyond an unknown."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif value is None:
            return None
        else:
            value = _into(value, step)
    return value


def walker(steps: Steps) -> Callable[[Any], Any]:
    """Return what follows steps to one value, as fast as it gets for the short paths that most are."""
    if steps[-1:] == (KEYS,):
        return lambda value: keys_of(walk(value, steps[:-1]))
    if len(steps) == 1:
        (first,) = steps
        return lambda value: value.get(first) if isinstance(value, dict) else walk(value, steps)
    if len(steps) == 2:
        return _second(*steps)
    return lambda value: walk(value, steps)


def _second(first: Step, second: Step) -> Callable[[Any], Any]:
    def reach(value: Any) -> Any:
        inner = value.get(first) if isinstance(value, dict) else walk(value, (first,))
        if inner is None:
            return None
        return inner.get(second) if isinstance(inner, dict) else _into(inner, second)

    return reach


def keys_of(value: Any) -> Any:
    """Return the keys of a map as a list; an unknown one stays unknown, of anything else there are none."""
    if isinstance(value, Open):
        return [*value, value.more]
    return list(value) if isinstance(value, dict) else beyond(value) if isinstance(value, Unknown) else None


def _into(value: Any, step: Step) -> Any:
    if isinstance(value, Unknown):
        return beyond(value) if value.maybe is None else _perhaps(value, step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _perhaps(value: Unknown, step: Step) -> Any:
    """Follow a step through what may be missing; of a list only the first item is known, further ones may be like it."""
    if isinstance(value.maybe, list) and step != 0:
        return beyond(value)
    found = walk(value.maybe, (step,))
    if found is None:
        return None
    return beyond(found) if isinstance(found, Unknown) else perhaps(Unknown(value.cause, value.origin), found)


def beyond(unknown: Unknown) -> Unknown:
    """Return what is known of a value inside an unknown one: the cause, and nothing of its shape."""
    if unknown.not_null or unknown.kind is not None:
        return Unknown(unknown.cause, unknown.origin)
    return unknown


def collect(value: Any, steps: Steps, found: list[Any]) -> list[Any]:
    """Append every value that the steps lead to; an unknown list gives one unknown."""
    for number, step in enumerate(steps):
        if isinstance(step, str | int):
            value = walk(value, (step,))
        elif step is KEYS:
            value = keys_of(value)
        else:
            for _, item in _items(value, step):
                collect(item, steps[number + 1 :], found)
            return found
    found.append(value)
    return found


def spread(value: Any, steps: Steps, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    """Yield what ``collect`` collects, each with its pointer."""
    for number, step in enumerate(steps):
        if isinstance(step, str | int):
            value = walk(value, (step,))
            pointer = (*pointer, step)
        elif step is KEYS:
            value = keys_of(value)
        else:
            for inner, item in _items(value, step):
                yield from spread(item, steps[number + 1 :], pointer + inner)
            return
    yield pointer, value


def _items(value: Any, step: Step) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(value, Unknown):
        yield (), beyond(value)
    elif isinstance(step, Glob):
        if isinstance(value, dict):
            yield from (((key,), item) for key, item in value.items() if fits(key, step))
    elif step is EACH_KEY:
        if isinstance(value, dict):
            yield from (((key,), key) for key in value)
    elif isinstance(value, list):
        yield from (((number,), item) for number, item in enumerate(value))
    elif isinstance(value, dict):
        yield from (((key,), item) for key, item in value.items())
    if isinstance(value, Open):
        yield (), value.more


def fits(key: str, glob: Glob) -> bool:
    """Tell whether a text is what stands in a glob with something, or nothing, at each star."""
    first, *inner, last = glob.texts
    if not key.startswith(first) or not key.endswith(last):
        return False
    position, end = len(first), len(key) - len(last)
    for text in inner:
        position = key.find(text, position, end)
        if position < 0:
            return False
        position += len(text)
    return position <= end


def lead(steps: Steps) -> Pointer:
    """Return the steps before the first one that leads to several values, as a pointer."""
    pointer: list[str | int] = []
    for step in steps:
        if not isinstance(step, str | int):
            break
        pointer.append(step)
    return tuple(pointer)
