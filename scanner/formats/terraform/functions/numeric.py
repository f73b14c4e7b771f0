"""Functions over numbers."""

from __future__ import annotations

import math
from decimal import Decimal

from scanner.formats.terraform import numbers
from scanner.formats.terraform.functions.lists import whole
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.typed import Callable

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _abs(value: Value) -> Value:
    return numbers.multiply(value, -1) if value < 0 else value


def _ceil(value: Value) -> Value:
    return math.ceil(value) if numbers.finite(value) else value


def _floor(value: Value) -> Value:
    return math.floor(value) if numbers.finite(value) else value


def _log(value: Value, base: Value) -> Value:
    """Divide two logarithms with 64 bits, as Go does: dividing by zero gives infinity, below zero there is no logarithm."""
    try:
        logarithm, divisor = _natural(float(value)), _natural(float(base))
    except (ValueError, OverflowError) as error:
        raise EvaluationError("this logarithm does not exist") from error
    if (divisor == 0 and logarithm == 0) or (math.isinf(divisor) and math.isinf(logarithm)):
        raise EvaluationError("this logarithm does not exist")
    return numbers.from_float(logarithm / divisor if divisor else math.copysign(math.inf, logarithm))


def _natural(value: float) -> float:
    return -math.inf if value == 0 else math.log(value)


def _pow(value: Value, power: Value) -> Value:
    try:
        return numbers.from_float(math.pow(float(value), float(power)))
    except (ValueError, OverflowError) as error:
        if value == 0:
            return Decimal("Infinity")
        if isinstance(error, OverflowError):
            return Decimal("-Infinity" if value < 0 and power % 2 else "Infinity")
        raise EvaluationError("this power does not exist") from error


def _extreme(chosen: int) -> Callable[..., Value]:
    def find(*values: Value) -> Value:
        if not values:
            raise EvaluationError("a number is required")
        return max(values) if chosen > 0 else min(values)

    return find


def _parseint(text: Value, base: Value) -> Value:
    """Read a whole number of a base up to 62; above 36, upper case letters are digits of their own."""
    radix = whole(base)
    if not 2 <= radix <= 62 or not isinstance(text, str):
        raise EvaluationError("parseint takes a string and a base from 2 to 62")
    digits = text.removeprefix("-").removeprefix("+") if text[:1] in "+-" else text
    known = _DIGITS if radix > 36 else _DIGITS[:36]
    values = [known.find(char if radix > 36 else char.lower()) for char in digits]
    if not values or any(not 0 <= value < radix for value in values):
        raise EvaluationError(f"{text!r} is no number of base {radix}")
    result = 0
    for value in values:
        result = result * radix + value
    return -result if text.startswith("-") else result


def _signum(value: Value) -> Value:
    if not -(2**63) <= whole(value) < 2**63:
        raise EvaluationError("signum takes whole numbers of 64 bits")
    return (value > 0) - (value < 0)


FUNCTIONS = {
    "abs": function(_abs, "number -> number"),
    "ceil": function(_ceil, "number -> number"),
    "floor": function(_floor, "number -> number"),
    "log": function(_log, "number number -> number"),
    "max": function(_extreme(1), "number... -> number"),
    "min": function(_extreme(-1), "number... -> number"),
    "parseint": function(_parseint, "any number -> number"),
    "pow": function(_pow, "number number -> number"),
    "signum": function(_signum, "number -> number"),
}
