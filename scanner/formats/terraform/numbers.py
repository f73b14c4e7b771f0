"""Terraform's numbers: binary floating point with 512 bits, written with the fewest digits that mean the same.

A whole number is an ``int``, any other a ``Decimal`` that holds exactly those digits; so equal numbers are equal values, and nothing is
lost on the way. Infinity is a ``Decimal``. Source: https://pkg.go.dev/math/big#Float as used by go-cty 1.16.
"""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal

Number = int | Decimal
Ratio = tuple[int, int]

PRECISION = 512
MAX_EXPONENT = 10_000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_EXACT = 1 << PRECISION


def parse(text: str) -> Number | None:
    """Read a number as ``tonumber`` does; None where the text is none."""
    if not _NUMBER.fullmatch(text) or len(text) > MAX_EXPONENT:
        return None
    return rounded(_ratio(_decimal(text))) if not text.isdigit() or len(text) > 150 else int(text)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    return value if -MAX_EXPONENT < value.adjusted() < MAX_EXPONENT else Decimal(0)


def rounded(ratio: Ratio) -> Number:
    """Round a fraction to 512 bits and give it its shortest digits."""
    numerator, denominator = ratio
    if numerator % denominator == 0 and abs(numerator // denominator) < _EXACT:
        return numerator // denominator
    return _shortest(_binary(numerator, denominator))


def _binary(numerator: int, denominator: int) -> Ratio:
    """Round to 512 significant bits, ties to even."""
    shift = PRECISION - (abs(numerator).bit_length() - denominator.bit_length())
    for _ in range(2):
        up, down = (numerator << shift, denominator) if shift >= 0 else (numerator, denominator << -shift)
        quotient, rest = divmod(abs(up), down)
        if quotient.bit_length() <= PRECISION:
            break
        shift -= 1
    quotient += (2 * rest > down) or (2 * rest == down and quotient % 2)
    signed = quotient if numerator >= 0 else -quotient
    return (signed, 1 << shift) if shift >= 0 else (signed << -shift, 1)


def _shortest(ratio: Ratio) -> Number:
    """Return the shortest decimal that rounds to this binary number."""
    low, high = 1, 160
    while low < high:
        digits = (low + high) // 2
        if _same(_to_digits(ratio, digits), ratio):
            high = digits
        else:
            low = digits + 1
    return _whole(_to_digits(ratio, low))


def _to_digits(ratio: Ratio, digits: int) -> Decimal:
    context = Context(prec=digits, Emax=10**6, Emin=-(10**6))
    return context.divide(Decimal(ratio[0]), Decimal(ratio[1]))


def _same(value: Decimal, ratio: Ratio) -> bool:
    numerator, denominator = _binary(*_ratio(value))
    return numerator * ratio[1] == ratio[0] * denominator


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value.normalize(Context(prec=200))


def _ratio(value: Number) -> Ratio:
    return (value, 1) if isinstance(value, int) else value.as_integer_ratio()


def _operand(value: Number) -> Ratio:
    """Return the binary number that a value stands for."""
    return (value, 1) if isinstance(value, int) and abs(value) < _EXACT else _binary(*_ratio(value))


def add(left: Number, right: Number) -> Number:
    """Add."""
    if isinstance(left, int) and isinstance(right, int):
        return left + right if abs(left + right) < _EXACT else rounded((left + right, 1))
    if not finite(left, right):
        return left + right
    (a, b), (c, d) = _operand(left), _operand(right)
    return rounded((a * d + c * b, b * d))


def multiply(left: Number, right: Number) -> Number:
    """Multiply."""
    if not finite(left, right):
        return Decimal(left) * Decimal(right)
    (a, b), (c, d) = _operand(left), _operand(right)
    return rounded((a * c, b * d))


def divide(left: Number, right: Number) -> Number:
    """Divide; by zero gives infinity. Raises ZeroDivisionError for 0 / 0 and ArithmeticError for ∞ / ∞."""
    if not right:
        if not left:
            raise ZeroDivisionError("zero divided by zero")
        return Decimal("Infinity") * (1 if left > 0 else -1)
    if not finite(left, right):
        return Decimal(left) / Decimal(right) if finite(right) else 0
    (a, b), (c, d) = _operand(left), _operand(right)
    return rounded((a * d, b * c) if c > 0 else (-a * d, -b * c))


def modulo(left: Number, right: Number) -> Number:
    """Return the remainder with the sign of the left operand, as ``%`` does: through a rounded quotient."""
    if isinstance(left, int) and isinstance(right, int) and right and abs(left) < _EXACT:
        return abs(left) % abs(right) * (1 if left > 0 else -1)
    if not right or not finite(left, right):
        return left
    return add(left, multiply(-int(divide(left, right)), right))


def finite(*values: Number) -> bool:
    """Tell whether none of the numbers is infinite."""
    return all(isinstance(value, int) or value.is_finite() for value in values)


def from_float(value: float) -> Number:
    """Return the number for a result that Terraform computes with 64 bits, and shows with the digits that these need."""
    return Decimal(repr(value)) if math.isinf(value) or value != int(value) else int(value)


def text(value: Number) -> str:
    """Write a number as Terraform does: never with an exponent."""
    if isinstance(value, int):
        return str(value)
    if not value.is_finite():
        return "Inf" if value > 0 else "-Inf"
    return format(value, "f")
