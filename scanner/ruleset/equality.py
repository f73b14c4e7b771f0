"""When two values are equal: strictly by type (true is not 1, "1" is not 1), deeply, and unknown where an unknown decides."""

from __future__ import annotations

from scanner.model.unknown import Open, Unknown, unseen
from scanner.ruleset.logic import Truth, every
from scanner.typed import Any


def same(left: Any, right: Any) -> Truth:
    """Compare two plain values; numbers compare by size, whatever their types."""
    if isinstance(left, Unknown):
        return left
    if isinstance(right, Unknown):
        return right
    if isinstance(left, dict) and isinstance(right, dict):
        return _same_maps(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _same_lists(left, right)
    if is_number(left) and is_number(right):
        return bool(exact(left) == exact(right))
    return type(left) is type(right) and bool(left == right)


def misfit(value: Any) -> Truth:
    """Judge what stands where true or false is compared and is neither: nobody takes ``"true"`` in quotes for either of them."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return Unknown(f'it is the text "{value}" in quotes, where true or false is wanted')
    return False


def _same_maps(left: dict[str, Any], right: dict[str, Any]) -> Truth:
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, Open) and not other.keys() <= one.keys():
            return False
    known = every(same(left[key], right[key]) for key in left if key in right)
    lost = unseen(left, right)
    return known if lost is None or known is False else lost


def _same_lists(left: list[Any], right: list[Any]) -> Truth:
    further = next((item for item in (*left, *right) if isinstance(item, Unknown) and item.kind == "items"), None)
    if further is not None:
        return further
    return every(map(same, left, right)) if len(left) == len(right) else False


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; booleans are none, nor is what calls itself not a number."""
    return type(value) is int or ((isinstance(value, float) or type(value).__name__ == "Decimal") and bool(value == value))  # noqa: PLR0124


def exact(number: Any) -> Any:
    """Return a number that compares with every other as people write them: 0.1 is 0.1, not its binary neighbour."""
    if not isinstance(number, float):
        return number
    from decimal import Decimal  # only where a fraction is compared

    return Decimal(repr(number))
