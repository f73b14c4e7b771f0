"""Functions over lists, tuples and sets."""

from __future__ import annotations

from scanner.formats.terraform import numbers
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.types import NUMBER, STRING, Type, convert, equal, identity, list_of, type_of, unify
from scanner.formats.terraform.values import EvaluationError, Lazy, List, Sensitive, Set, Value, first_unknown, unknown_like
from scanner.model.unknown import Unknown
from scanner.typed import Any, Sequence


def same_kind(pattern: Value, items: Sequence[Value]) -> Value:
    """Return a list where the pattern is a list or set, else a tuple."""
    return list_of(items, pattern.element) if isinstance(pattern, List | Set) else tuple(items)


def sequence(value: Value) -> tuple[Value, ...]:
    """Return a list, set or tuple; raise EvaluationError for anything else."""
    if not isinstance(value, tuple):
        raise EvaluationError(f"a list is required, this is a {type_of(value).kind}")
    return value


def whole(value: Value) -> int:
    """Return a whole number; raise EvaluationError for a fraction."""
    if not isinstance(value, int):
        raise EvaluationError("a whole number is required")
    return value


def _chunklist(items: List, size: Value) -> Value:
    count = whole(size)
    if count < 0:
        raise EvaluationError("the size is negative")
    count = count or max(len(items), 1)
    element = Type("list", items.element)
    return list_of([list_of(items[at : at + count], items.element) for at in range(0, len(items), count)], element)


def _compact(items: Value) -> Value:
    return list_of([item for item in items if item is not None and item != ""], STRING)


def _concat(*lists: Value) -> Value:
    items = [item for one in lists for item in sequence(one)]
    if not lists or any(isinstance(one, Set) for one in lists):
        raise EvaluationError("concat needs lists")
    element = unify([one.element for one in lists if isinstance(one, List)])
    if all(isinstance(one, List) for one in lists) and element is not None:
        return list_of([convert(item, element) for item in items], element)
    return tuple(items)


def _contains(items: Value, wanted: Value) -> Value:
    results = [equal(item, wanted) for item in sequence(items)]
    if any(result is True for result in results):
        return True
    return next((result for result in results if isinstance(result, Unknown)), False)


def _distinct(items: List) -> Value:
    seen: dict[Any, Value] = {}
    for item in items:
        seen.setdefault(identity(item), item)
    return list_of(seen.values(), items.element)


def _element(items: Value, index: Value) -> Value:
    found, at = sequence(items), whole(index)
    if isinstance(items, Set) or not found or at < 0:
        raise EvaluationError("the list is empty, has no order, or the index is negative")
    return found[at % len(found)]


def _flatten(value: Value) -> Value:
    found: list[Value] = []
    unknown = _flatten_into(sequence(value), found)
    return tuple(found) if unknown is None else Unknown(unknown.cause, unknown.origin, not_null=True)


def _flatten_into(items: tuple[Value, ...], found: list[Value]) -> Unknown | None:
    for item in items:
        inner = item.value if isinstance(item, Sensitive) else item
        if isinstance(inner, tuple):
            unknown = _flatten_into(inner, found)
            if unknown is not None:
                return unknown
        elif isinstance(inner, Unknown) and inner.kind not in {"string", "number", "bool", "map", "object"}:
            return inner
        else:
            found.append(item)
    return None


def _index(items: Value, wanted: Value) -> Value:
    for at, item in enumerate(sequence(items)):
        same = equal(item, wanted)
        if isinstance(same, Unknown):
            return Unknown(same.cause, same.origin, kind="number", not_null=True)
        if same:
            return at
    raise EvaluationError("the item is not in the list")


def _join(separator: str, *lists: Value) -> str:
    return separator.join(_text(item) for one in lists for item in one)


def _text(item: Value) -> str:
    if not isinstance(item, str):
        raise EvaluationError("an item of the list is null")
    return item


def _matchkeys(values: List, keys: List, wanted: List) -> Value:
    if len(values) != len(keys):
        raise EvaluationError("matchkeys needs as many keys as values")
    return list_of(
        [value for value, key in zip(values, keys, strict=True) if any(equal(key, one) is True for one in wanted)], values.element
    )


def _one(items: Value) -> Value:
    found = sequence(items)
    if len(found) > 1:
        raise EvaluationError("one() is given several items")
    return found[0] if found else None


def _range(*arguments: Value) -> Value:
    if not 1 <= len(arguments) <= 3:
        raise EvaluationError("range takes one to three numbers")
    start, limit = (0, arguments[0]) if len(arguments) == 1 else arguments[:2]
    step = arguments[2] if len(arguments) == 3 else (1 if limit >= start else -1)
    if step == 0 or (limit > start and step < 0) or (limit < start and step > 0):
        raise EvaluationError("the step leads away from the limit")
    found: list[Value] = []
    while (start < limit) if step > 0 else (start > limit):
        if len(found) >= 1024:
            raise EvaluationError("range gives more than 1024 numbers")
        found.append(start)
        start = numbers.add(start, step)
    return list_of(found, NUMBER)


def _reverse(items: Value) -> Value:
    return same_kind(items, sequence(items)[::-1])


def _slice(items: Value, start: Value, end: Value) -> Value:
    first, last = whole(start), whole(end)
    if isinstance(items, Set) or not 0 <= first <= last <= len(sequence(items)):
        raise EvaluationError("the slice is not inside the list")
    return same_kind(items, items[first:last])


def _sort(items: Value) -> Value:
    unknown = first_unknown(items)
    if unknown is not None:
        return list_of([unknown_like(unknown, "string")] * len(items), STRING)
    if any(item is None for item in items):
        raise EvaluationError("an item of the list is null")
    return list_of(sorted(items), STRING)


def _sum(items: Value) -> Value:
    found = [convert(item, NUMBER) for item in sequence(items)]
    if not found or any(item is None for item in found):
        raise EvaluationError("sum needs numbers")
    total = found[0]
    for item in found[1:]:
        total = numbers.add(total, item)
    return total


def _all_true(items: Value) -> Value:
    return all(item is True for item in items)


def _any_true(items: Value) -> Value:
    return any(item is True for item in items)


def _coalescelist(*lists: Value) -> Value:
    if any(isinstance(one, Set) for one in lists):
        raise EvaluationError("coalescelist needs lists")
    for one in lists:
        if isinstance(one, Unknown):
            return one
        if one is not None and len(sequence(one)):
            return one
    raise EvaluationError("every list is empty")


def _coalesce(*values: Value) -> Value:
    common = unify([type_of(value) for value in values]) if values else None
    if common is None:
        raise EvaluationError("the arguments have no type in common")
    for value in values:
        found = convert(value, common)
        if isinstance(found, Unknown) and not found.not_null:
            return found
        if isinstance(found, Unknown | Lazy) or (found is not None and found != ""):
            return found
    raise EvaluationError("every argument is null or empty")


FUNCTIONS = {
    "alltrue": function(_all_true, "bools -> bool"),
    "anytrue": function(_any_true, "bools -> bool"),
    "chunklist": function(_chunklist, "list number -> list", shallow=True),
    "coalesce": function(_coalesce, "any...", raw=True),
    "coalescelist": function(_coalescelist, "any...", raw=True),
    "compact": function(_compact, "strings -> list"),
    "concat": function(_concat, "any...", shallow=True)._replace(gathers=True),
    "contains": function(_contains, "any any -> bool", shallow=True),
    "distinct": function(_distinct, "list -> list"),
    "element": function(_element, "any number", shallow=True),
    "flatten": function(_flatten, "any", shallow=True),
    "index": function(_index, "any any -> number", shallow=True),
    "join": function(_join, "string strings... -> string", woven=True),
    "matchkeys": function(_matchkeys, "list list list -> list"),
    "one": function(_one, "any", shallow=True),
    "range": function(_range, "number... -> list"),
    "reverse": function(_reverse, "any", shallow=True),
    "slice": function(_slice, "any number number", shallow=True),
    "sort": function(_sort, "strings -> list", shallow=True),
    "sum": function(_sum, "any -> number"),
}
