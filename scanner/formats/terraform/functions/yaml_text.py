"""``yamlencode`` and ``yamldecode`` as go-cty-yaml has them (https://github.com/zclconf/go-cty-yaml/tree/v1.1.0)."""

from __future__ import annotations

import re
from decimal import Decimal

from scanner.formats.terraform import numbers
from scanner.formats.terraform.types import text_of
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.typed import Any, Iterator

_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}
_FALSE = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}
_INFINITE = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"}
_BASES = re.compile(r"(?P<sign>[-+]?)0(?:x(?P<hex>[0-9a-fA-F]+)|o(?P<octal>[0-7]+)|b(?P<binary>[01]+))")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d+))?(?:[ \t]*(Z|[-+]\d\d?(?::?\d\d)?))?)?")


def yaml_decode(text: str) -> Value:
    """Read one YAML document; raise EvaluationError."""
    from scanner.formats.terraform.functions.encoding import value_of
    from scanner.syntax.scalars import Schema
    from scanner.syntax.text import MalformedError
    from scanner.syntax.yaml_data import load

    if not any(line.split("#")[0].strip() for line in text.splitlines()):
        raise EvaluationError("there is no YAML document")
    try:
        return value_of(load(text, Schema(_scalar, lambda value, _: value, _key)).data)
    except MalformedError as error:
        raise EvaluationError(f"this is no YAML document: {error.message}") from error


def _scalar(text: str) -> Any:
    """Read an untagged plain scalar."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text[:1] in "+-.0123456789":
        return _numeric(text)
    return text


def _numeric(text: str) -> Any:
    based = _BASES.fullmatch(text)
    if based:
        base, digits = next((base, based[name]) for name, base in (("hex", 16), ("octal", 8), ("binary", 2)) if based[name])
        return int(digits, base) * (-1 if based["sign"] == "-" else 1)
    if _NUMBER.fullmatch(text):
        return numbers.parse(text)
    if text in _INFINITE:
        return Decimal("Infinity")
    date = _DATE.fullmatch(text)
    return _timestamp(date) if date else text


def _timestamp(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    part = f".{fraction.rstrip('0')}" if fraction and fraction.strip("0") else ""
    return f"{year}-{int(month):02d}-{int(day):02d}T{int(hour or 0):02d}:{minute or '00'}:{second or '00'}{part}{zone or 'Z'}"


def _key(text: str) -> str:
    """Read a plain key: it is a scalar like any other, written as a string."""
    value = _scalar(text)
    return text if value is None else text_of(value)


def yaml_encode(value: Value) -> str:
    """Write a value as YAML; the emitter is libyaml's, of which Go's is a port."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.emit(_events(value), Dumper=dumper, width=2**31 - 1, allow_unicode=True)
    ends_openly = not isinstance(value, str | tuple | dict)
    return text.removesuffix("...\n") + ("...\n" if ends_openly else "")


def _events(value: Value) -> Iterator[Any]:
    import yaml

    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    yield from _node(value)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _node(value: Value) -> Iterator[Any]:
    import yaml

    if isinstance(value, dict):
        yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=not value)
        for key in sorted(value):
            yield from _node(key)
            yield from _node(value[key])
        yield yaml.MappingEndEvent()
    elif isinstance(value, tuple):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=not value)
        for item in value:
            yield from _node(item)
        yield yaml.SequenceEndEvent()
    elif isinstance(value, str):
        yield yaml.ScalarEvent(None, None, (True, True), value, style="|" if "\n" in value else '"')
    else:
        text = {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else numbers.text(value)
        yield yaml.ScalarEvent(None, None, (True, True), text)
