"""What operators and conditions make of values: arithmetic, comparison, and the type that two arms have in common."""

from __future__ import annotations

from scanner.formats.terraform import numbers
from scanner.formats.terraform.types import ANY, Type, convert, type_of, unify
from scanner.formats.terraform.values import EvaluationError, Value, unknown_like
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable


def required(value: Value, target: Type) -> Value:
    """Convert an operand; raise EvaluationError where it is null or of another type."""
    if value is None:
        raise EvaluationError("null is no operand")
    return convert(value, target)


def calculate(operator: str, values: list[Value]) -> Value:
    """Apply an operator to one or two numbers."""
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown_like(unknown, "bool" if operator in _COMPARE else "number")
    if len(values) == 1:
        return numbers.multiply(values[0], -1)
    if operator in _COMPARE:
        return _COMPARE[operator](values[0], values[1])
    try:
        return _CALCULATE[operator](values[0], values[1])
    except ArithmeticError as error:
        raise EvaluationError("this division has no result") from error


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
_CALCULATE = {
    "+": numbers.add,
    "-": lambda left, right: numbers.add(left, numbers.multiply(right, -1)),
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}


def either(condition: Unknown, yes: Value, no: Value) -> Unknown:
    """Return the unknown that is one of two values."""
    kind = _common_type(yes, no).kind
    present = _present(yes) and _present(no)
    return Unknown(condition.cause, condition.origin, kind=None if kind == "any" else kind, not_null=present)


def _present(value: Value) -> bool:
    return value is not None and (not isinstance(value, Unknown) or value.not_null)


def as_common(chosen: Value, other: Value) -> Value:
    """Convert the chosen arm to the type that both arms have in common."""
    if chosen is None or other is None or (type(chosen) is type(other) and isinstance(chosen, str | bool | int)):
        return chosen
    common = _common_type(chosen, other)
    return chosen if type_of(chosen) == common else convert(chosen, common)


def _common_type(left: Value, right: Value) -> Type:
    if left is None or right is None:
        return type_of(right if left is None else left)
    types = [type_of(left), type_of(right)]
    if ANY in types:
        return ANY
    common = unify(types)
    if common is None:
        raise EvaluationError("the two results of the condition have inconsistent types")
    return common
