"""Conversions, and what marks a value as sensitive or takes the mark away."""

from __future__ import annotations

from scanner.formats.terraform.functions.signature import LIST, MAP, SET, function
from scanner.formats.terraform.types import BOOL, NUMBER, STRING, Type, convert
from scanner.formats.terraform.values import EvaluationError, Sensitive, Value
from scanner.model.unknown import Unknown
from scanner.typed import Callable


def _to(target: Type) -> Callable[[Value], Value]:
    return lambda value: convert(value, target)


def _issensitive(value: Value) -> Value:
    return value if isinstance(value, Unknown) else isinstance(value, Sensitive)


def _nonsensitive(value: Value) -> Value:
    return value.value if isinstance(value, Sensitive) else value


def _sensitive(value: Value) -> Value:
    return value if isinstance(value, Sensitive) else Sensitive(value)


def _removed(*_: Value) -> Value:
    raise EvaluationError("this function has been removed from Terraform")


FUNCTIONS = {
    "ephemeralasnull": function(lambda value: value, "any", raw=True),
    "issensitive": function(_issensitive, "any -> bool", raw=True),
    "list": function(_removed, "any..."),
    "map": function(_removed, "any..."),
    "nonsensitive": function(_nonsensitive, "any", raw=True),
    "sensitive": function(_sensitive, "any", raw=True),
    "tobool": function(_to(BOOL), "any -> bool", raw=True),
    "tolist": function(_to(LIST), "any -> list", raw=True),
    "tomap": function(_to(MAP), "any -> map", raw=True),
    "tonumber": function(_to(NUMBER), "any -> number", raw=True),
    "toset": function(_to(SET), "any -> set", raw=True),
    "tostring": function(_to(STRING), "any -> string", raw=True),
}
