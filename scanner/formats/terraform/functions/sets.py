"""Functions over sets."""

from __future__ import annotations

from itertools import product

from scanner.formats.terraform.functions.lists import sequence
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.types import ANY, Type, convert, identity, list_of, set_of, unify
from scanner.formats.terraform.values import EvaluationError, List, Set, Value

MAX_PRODUCT = 100_000


def _same_element(sets: tuple[Set, ...]) -> tuple[list[Set], Type]:
    """Convert sets to one element type."""
    element = unify([one.element for one in sets if len(one) or one.element != ANY])
    if element is None:
        raise EvaluationError("the sets have no element type in common")
    return [convert(one, Type("set", element)) for one in sets], element


def _setunion(*given: Set) -> Value:
    sets, element = _same_element(given)
    return set_of([item for one in sets for item in one], element)


def _setintersection(*given: Set) -> Value:
    sets, element = _same_element(given)
    others = [{identity(item) for item in one} for one in sets[1:]]
    return set_of([item for item in sets[0] if all(identity(item) in other for other in others)], element)


def _setsubtract(left: Set, right: Set) -> Value:
    sets, element = _same_element((left, right))
    taken = {identity(item) for item in sets[1]}
    return set_of([item for item in sets[0] if identity(item) not in taken], element)


def _setsymmetric(left: Set, right: Set) -> Value:
    sets, element = _same_element((left, right))
    keys = [{identity(item) for item in one} for one in sets]
    return set_of([item for one in sets for item in one if identity(item) not in keys[0] & keys[1]], element)


def _setproduct(*given: Value) -> Value:
    if len(given) < 2:
        raise EvaluationError("setproduct needs two collections")
    size = 1
    for one in given:
        size *= len(sequence(one))
    if size > MAX_PRODUCT:
        raise EvaluationError("setproduct gives too many combinations")
    elements = [_element(one) for one in given]
    combined = Type("tuple", None, tuple((str(at), element) for at, element in enumerate(elements)))
    items = [tuple(convert(item, element) for item, element in zip(combination, elements, strict=True)) for combination in product(*given)]
    return set_of(items, combined) if any(isinstance(one, Set) for one in given) else list_of(items, combined)


def _element(value: Value) -> Type:
    if isinstance(value, List | Set):
        return value.element if isinstance(value.element, Type) else ANY
    from scanner.formats.terraform.types import type_of

    element = unify([type_of(item) for item in value])
    if element is None:
        raise EvaluationError("the items have no type in common")
    return element


FUNCTIONS = {
    "setintersection": function(_setintersection, "set set... -> set"),
    "setproduct": function(_setproduct, "any... -> list", shallow=True),
    "setsubtract": function(_setsubtract, "set set -> set"),
    "setsymmetricdifference": function(_setsymmetric, "set set -> set"),
    "setunion": function(_setunion, "set set... -> set"),
}
