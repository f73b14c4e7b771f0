"""Functions that write and read other notations: JSON, YAML, CSV, Base64, URLs."""

from __future__ import annotations

from decimal import Decimal

from scanner.formats.terraform import numbers
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.functions.yaml_text import yaml_decode, yaml_encode
from scanner.formats.terraform.types import STRING, Type, convert, list_of
from scanner.formats.terraform.values import EvaluationError, Value, first_unknown, marked, plain, reveal, unknown_text
from scanner.model.unknown import Unknown
from scanner.typed import Any, Callable, Iterator

_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
MAX_DECODED = 5_000_000


def json_text(value: Value) -> str:
    """Write a value as JSON, the way go-cty does: compact, sorted, with ``<``, ``>`` and ``&`` escaped."""
    return "".join(_json(value))


def _encoding(write: Callable[[Value], str]) -> Callable[[Value], Value]:
    """Return a function that writes a value; of a partly unknown one the value itself is what is known of the text."""

    def encode(value: Value) -> Value:
        shown, sensitive = reveal(value)
        unknown = first_unknown(shown)
        return marked(write(shown) if unknown is None else unknown_text(unknown, plain(shown)), sensitive=sensitive)

    return encode


def _decoding(read: Callable[[str], Value]) -> Callable[[Value], Value]:
    """Return a function that reads a text; of a partly known one it says what the known part holds."""

    def decode(value: Value) -> Value:
        shown, sensitive = reveal(value)
        if isinstance(shown, Unknown):
            return marked(_partly_decoded(shown, read), sensitive=sensitive)
        if shown is None:
            raise EvaluationError("the text is null")
        return marked(read(convert(shown, STRING)), sensitive=sensitive)

    return decode


def _partly_decoded(text: Unknown, read: Callable[[str], Value]) -> Unknown:
    partial = text.partial
    if isinstance(partial, str):
        try:
            partial = plain(read(partial))
        except EvaluationError:
            partial = None
    return Unknown(text.cause, text.origin, partial=partial)


def _json(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield _json_string(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int | Decimal):
        yield numbers.text(value)
    elif isinstance(value, dict):
        yield "{"
        for at, key in enumerate(sorted(value)):
            yield ("," if at else "") + _json_string(key) + ":"
            yield from _json(value[key])
        yield "}"
    else:
        yield "["
        for at, item in enumerate(value):
            yield "," if at else ""
            yield from _json(item)
        yield "]"


_ESCAPED = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
}  # fmt: skip


def _json_string(text: str) -> str:
    escaped = (_ESCAPED.get(char) or (f"\\u{ord(char):04x}" if char < " " else char) for char in text)
    return '"' + "".join(escaped) + '"'


def _json_decode(text: str) -> Value:
    import json

    try:
        found = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise EvaluationError("this is no JSON") from error
    return value_of(found)


def _number(text: str) -> Value:
    return numbers.parse(text)


def _refuse(constant: str) -> Value:
    raise ValueError(constant)


def value_of(data: Any) -> Value:
    """Return plain data as a value: lists are tuples."""
    if isinstance(data, list):
        return tuple(value_of(item) for item in data)
    if isinstance(data, dict):
        return {key: value_of(item) for key, item in data.items()}
    return data


def _csv_decode(text: str) -> Value:
    import csv
    import io

    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error as error:
        raise EvaluationError("this is no CSV") from error
    if not rows or len(set(rows[0])) < len(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise EvaluationError("the CSV has no header, or rows of different lengths")
    element = Type("object", None, tuple((name, STRING) for name in sorted(rows[0])))
    return list_of([dict(zip(rows[0], row, strict=True)) for row in rows[1:]], element)


def _base64_encode(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def decoded(text: str) -> bytes:
    """Return the bytes of Base64 text; raise EvaluationError."""
    import base64
    import binascii

    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvaluationError("this is no Base64") from error


def _base64_decode(text: str) -> str:
    try:
        return decoded(text).decode()
    except UnicodeDecodeError as error:
        raise EvaluationError("the decoded bytes are no UTF-8") from error


def _base64_gunzip(text: str) -> str:
    import zlib

    try:
        reader = zlib.decompressobj(31)
        found = reader.decompress(decoded(text), MAX_DECODED)
        return found.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise EvaluationError("this is no text in gzip") from error


def _base64_gzip(_: str) -> Value:
    return Unknown("base64gzip depends on the compressor", kind="string", not_null=True)


def _codec(name: str) -> str:
    import codecs

    try:
        found = codecs.lookup({"utf-16": "utf-16-be", "utf-32": "utf-32-be"}.get(name.lower(), name))
    except LookupError as error:
        raise EvaluationError(f"{name!r} is no text encoding") from error
    if not getattr(found, "_is_text_encoding", True) or found.name in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"}:
        raise EvaluationError(f"{name!r} is no text encoding")
    return found.name


def _text_encode(text: str, encoding: str) -> str:
    import base64

    try:
        return base64.b64encode(text.encode(_codec(encoding))).decode()
    except UnicodeEncodeError as error:
        raise EvaluationError(f"the text cannot be written in {encoding}") from error


def _text_decode(text: str, encoding: str) -> str:
    try:
        return decoded(text).decode(_codec(encoding))
    except UnicodeDecodeError as error:
        raise EvaluationError(f"the text is not written in {encoding}") from error


def _url_encode(text: str) -> str:
    return "".join(char if char in _SAFE else "+" if char == " " else "".join(f"%{byte:02X}" for byte in char.encode()) for char in text)


def _url_decode(text: str) -> str:
    from urllib.parse import unquote_plus

    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError as error:
        raise EvaluationError("the decoded bytes are no UTF-8") from error


FUNCTIONS = {
    "base64decode": function(_base64_decode, "string -> string"),
    "base64encode": function(_base64_encode, "string -> string"),
    "base64gunzip": function(_base64_gunzip, "string -> string"),
    "base64gzip": function(_base64_gzip, "string -> string"),
    "csvdecode": function(_csv_decode, "string"),
    "jsondecode": function(_decoding(_json_decode), "string", raw=True),
    "jsonencode": function(_encoding(json_text), "any -> string", raw=True),
    "textdecodebase64": function(_text_decode, "string string -> string"),
    "textencodebase64": function(_text_encode, "string string -> string"),
    "urldecode": function(_url_decode, "string -> string"),
    "urlencode": function(_url_encode, "string -> string"),
    "yamldecode": function(_decoding(yaml_decode), "string", raw=True),
    "yamlencode": function(_encoding(yaml_encode), "any -> string", raw=True),
}
