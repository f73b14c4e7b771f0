"""Terraform gives an argument the type that its provider asks for: ``"true"`` is true, ``"90"`` a number, and ``1.2`` a text.

What a rule compares with tells which type that is. Source: https://developer.hashicorp.com/terraform/language/expressions/types
("Type Conversion", Terraform 1.11).
"""

from __future__ import annotations

from scanner.model.unknown import Unknown
from scanner.ruleset.equality import is_number
from scanner.typed import Any, Callable, Iterable

Convert = Callable[[Any], Any]

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
"""Source: https://github.com/zclconf/go-cty/blob/v1.16.2/cty/convert/conversion_primitive.go"""


def of_terraform(types: Iterable[str]) -> bool:
    """Tell whether all of these are types of Terraform resources or data sources."""
    words = [word.removeprefix("data.") for word in types]
    return bool(words) and all("_" in word and word.replace("_", "").isalnum() and word.islower() for word in words)


def conversion(takes: str, operand: Any) -> Convert | None:
    """Return what brings a value to the type that an operator asks for with this operand; None where any will do."""
    if takes == "number":
        return _number
    if takes in ("pattern", "text"):
        return _text
    sample = next(iter(operand), None) if isinstance(operand, list) else operand
    if takes not in ("value", "values") or sample is None:
        return None
    if isinstance(operand, list) and not all(isinstance(one, bool) == isinstance(sample, bool) for one in operand):
        return None  # every spelling is listed
    return _boolean if isinstance(sample, bool) else _number if is_number(sample) else _text if isinstance(sample, str) else None


def _boolean(value: Any) -> Any:
    """Return a boolean for a text that is one; unknown for a capital, which Terraform refuses, however plain it is what is meant."""
    if not isinstance(value, str) or value in _BOOLEANS or value.lower() not in _BOOLEANS:
        return _BOOLEANS.get(value, value) if isinstance(value, str) else value
    return Unknown(f'Terraform refuses "{value}" for a boolean: write {value.lower()}')


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not value.removeprefix("-").replace(".", "", 1).isdecimal():
        return value
    from decimal import Decimal  # few write numbers as texts

    return Decimal(value)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if is_number(value) else value
