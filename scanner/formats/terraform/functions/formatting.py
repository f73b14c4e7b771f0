"""``format`` and ``formatlist``: Go's verbs as go-cty has them.

https://pkg.go.dev/github.com/zclconf/go-cty@v1.16.2/cty/function/stdlib#FormatFunc
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

from scanner.formats.terraform import numbers
from scanner.formats.terraform.functions.encoding import json_text
from scanner.formats.terraform.functions.text import graphemes
from scanner.formats.terraform.types import BOOL, NUMBER, STRING, convert, list_of
from scanner.formats.terraform.values import EvaluationError, Value, first_unknown, unknown_like

_VERB = re.compile(
    r"%(?P<flags>[ +\-0#]*)(?P<width>[1-9]\d{0,4})?(?:\.(?P<precision>\d{0,4}))?(?:\[(?P<index>\d{1,4})\])?(?P<mode>.)", re.DOTALL
)


def format_text(template: str, *arguments: Value) -> str:
    """Format; raise EvaluationError where verbs and arguments do not fit together."""
    result: list[str] = []
    position, next_argument, explicit, highest = 0, 0, False, 0
    for verb in _VERB.finditer(template):
        result.append(template[position : verb.start()])
        position = verb.end()
        if verb["mode"] == "%":
            result.append("%")
            continue
        if verb["index"]:
            next_argument, explicit = int(verb["index"]) - 1, True
        if not 0 <= next_argument < len(arguments):
            raise EvaluationError(f"there is no argument for {verb[0]}")
        result.append(_formatted(verb, arguments[next_argument]))
        next_argument += 1
        highest = max(highest, next_argument)
    if "%" in template[position:]:
        raise EvaluationError("the format ends inside a verb")
    if highest < len(arguments) and not explicit:
        raise EvaluationError("there are more arguments than verbs")
    return "".join(result) + template[position:]


def _formatted(verb: re.Match[str], value: Value) -> str:
    mode = verb["mode"]
    if mode == "v":
        return _padded(json_text(value) if "#" in verb["flags"] else _default(value), verb)
    if value is None:
        raise EvaluationError(f"null does not fit {verb[0]}")
    if mode == "t":
        return _padded("true" if convert(value, BOOL) else "false", verb)
    if mode in "sq":
        text = convert(value, STRING)
        if verb["precision"] is not None:
            text = "".join(graphemes(text)[: int(verb["precision"] or 0)])
        return _padded(json_text(text) if mode == "q" else text, verb)
    if mode in "bdoxX":
        return _padded(_signed(_integer(convert(value, NUMBER), mode), verb), verb, numeric=True)
    if mode in "eEfFgG":
        return _padded(_signed(_fraction(convert(value, NUMBER), mode, verb["precision"]), verb), verb, numeric=True)
    raise EvaluationError(f"{verb[0]} is no verb")


def _default(value: Value) -> str:
    if isinstance(value, tuple | dict) or value is None:
        return json_text(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _fraction(value, "g", None)
    return str(convert(value, STRING))


def _integer(value: Value, mode: str) -> str:
    if not isinstance(value, int):
        raise EvaluationError("a whole number is required")
    return format(value, mode)


def _fraction(value: Value, mode: str, precision: str | None) -> str:
    if not numbers.finite(value):
        return numbers.text(value)
    if mode in "gG" and precision is None:
        return _shortest(Decimal(value), "e" if mode == "g" else "E")
    text = format(Decimal(value) if value else 0.0, f".{precision or (6 if precision is None else 0)}{mode}")
    return re.sub(r"([eE][+-])(\d)$", r"\g<1>0\2", text)


def _shortest(value: Decimal, letter: str) -> str:
    """Write the fewest digits that mean the same, with an exponent where Go has one."""
    if not value or -4 <= value.adjusted() < 6:
        return numbers.text(int(value) if value == value.to_integral_value() else value)
    sign, digits, _ = value.normalize(Context(prec=400)).as_tuple()
    mantissa = "".join(map(str, digits))
    fraction = f".{mantissa[1:]}" if len(mantissa) > 1 else ""
    exponent = value.adjusted()
    return f"{'-' if sign else ''}{mantissa[0]}{fraction}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _signed(text: str, verb: re.Match[str]) -> str:
    if text.startswith("-"):
        return text
    return "+" + text if "+" in verb["flags"] else " " + text if " " in verb["flags"] else text


def _padded(text: str, verb: re.Match[str], *, numeric: bool = False) -> str:
    missing = int(verb["width"] or 0) - len(graphemes(text))
    if missing <= 0:
        return text
    if "-" in verb["flags"]:
        return text + " " * missing
    if "0" in verb["flags"]:
        sign = text[:1] if numeric and text[:1] in {"+", "-", " "} else ""
        return sign + "0" * missing + text[len(sign) :]
    return " " * missing + text


def format_list(template: str, *arguments: Value) -> Value:
    """Format once for each item of the lists among the arguments; the others stand in every row."""
    lengths = {len(argument) for argument in arguments if isinstance(argument, tuple)}
    if len(lengths) > 1:
        raise EvaluationError("the lists have different lengths")
    rows = range(lengths.pop() if lengths else 1)
    return list_of([_row(template, [one[at] if isinstance(one, tuple) else one for one in arguments]) for at in rows], STRING)


def _row(template: str, arguments: list[Value]) -> Value:
    unknown = first_unknown(tuple(arguments))
    return unknown_like(unknown, "string") if unknown is not None else format_text(template, *arguments)
