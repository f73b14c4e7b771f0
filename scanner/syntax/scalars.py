"""What a plain YAML scalar means: to Kubernetes (YAML 1.1 as its Go reader has it), and in our own files (YAML 1.2 core schema)."""

from __future__ import annotations

import math

from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import Any, Callable

_TAGS = "tag:yaml.org,2002:"
_NULLS = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS_1_1 = dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True) | dict.fromkeys(
    ("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False
)
_FLOATS = dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan) | {
    sign + name: float(sign + "inf") for sign in ("", "+", "-") for name in (".inf", ".Inf", ".INF")
}
_KUBERNETES_WORDS = _NULLS | _BOOLS | _WORDS_1_1 | _FLOATS
_CORE_WORDS = _NULLS | _BOOLS | _FLOATS
_KINDS: dict[str, tuple[type, ...]] = {"null": (type(None),), "bool": (bool,), "int": (int,), "float": (int, float)}
_MAYBE_MORE = frozenset("+-.0123456789yYnNtTfFoO~")
_DIGITS = frozenset("+-0123456789")
_INTEGER = r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)|0b[-+][01]+"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_CORE_INTEGER = r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
_MOST_DIGITS = 18
"""As many always fit into 64 bits."""
_LONGEST_NUMBER = 400
_INT64 = 2**63
_EXACT = 2**53
_LEAST_EXPONENT = 10**21
"""From here on Go writes a float with an exponent (encoding/json, floatEncoder)."""


class Schema(NamedTuple):
    """How plain scalars are read: ``raw`` gives their value, ``number`` what becomes of one that is a number, ``key`` the text of a key.

    ``number`` and ``key`` raise ValueError.
    """

    raw: Callable[[str], Any]
    number: Callable[[float, str], float]
    key: Callable[[str], str]

    def plain(self, text: str) -> Any:
        """Return the value of an untagged plain scalar. Raises ValueError."""
        value = self.raw(text)
        return self.number(value, text) if type(value) in (int, float) else value

    def tagged(self, tag: str, text: str) -> Any:
        """Return the value of a scalar with an explicit tag; a tag that YAML does not define leaves the text. Raises ValueError."""
        name = tag.removeprefix(_TAGS)
        if name == "binary":
            return _binary(text)
        if name not in _KINDS:
            return text
        value = self.raw(text)
        if type(value) not in _KINDS[name]:
            raise ValueError(f"{text!r} is no {name}")
        return self.number(float(value) if name == "float" else value, text) if name in ("int", "float") else value


def _binary(text: str) -> str:
    from base64 import b64decode  # rare

    return b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")


def _kubernetes_value(text: str) -> Any:
    if text and text[0] not in _MAYBE_MORE:
        return text
    if text in _KUBERNETES_WORDS:
        return _KUBERNETES_WORDS[text]
    if text[0] == ".":
        return _float(text)
    if text[0] in _DIGITS and len(text) <= _LONGEST_NUMBER:
        return _number(text)
    return text


@cache
def _is(text: str) -> Callable[[str], object]:
    """Compiled when it is first asked: most documents hold nothing but plain integers."""
    return pattern(text).fullmatch


def _number(text: str) -> int | float | str:
    if text.isdigit() and text.isascii() and text[0] != "0" and len(text) <= _MOST_DIGITS:
        return int(text)
    bare = text.replace("_", "")
    if _is(_INTEGER)(bare):
        value = _integer(bare)
        if -_INT64 <= value < _INT64 or (bare[0] not in "+-" and value < 2 * _INT64):
            return value
    number = _float(bare)
    return text if isinstance(number, str) else number


def _integer(text: str) -> int:
    if text.startswith("0b"):
        return int(text.removeprefix("0b"), 2)
    digits = text.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return int(text, 8)
    return int(text, 0)


def _float(text: str) -> float | str:
    number = float(text) if _is(_FLOAT)(text) else math.inf
    return text if math.isinf(number) else number


def _as_json(number: float, text: str) -> float:
    """Kubernetes hands YAML on as JSON, where 1.0 is written 1 and read as an integer of 64 bits if it is one."""
    if not math.isfinite(number):
        raise ValueError(f"Kubernetes cannot hold {text}")
    if number != int(number) or abs(number) >= _LEAST_EXPONENT:
        return float(number)
    written = int(number) if isinstance(number, int) or abs(number) < _EXACT else _shortest(number)
    return written if -_INT64 <= written < _INT64 else float(number)


def _shortest(number: float) -> int:
    """Write a large whole float with the fewest digits that tell it from its neighbours, and zeros."""
    mantissa, _, exponent = f"{number!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction) * 10 ** (int(exponent or 0) - len(fraction)) if exponent else int(whole)


def _kubernetes_key(text: str) -> str:
    """Keys become text as the JSON conversion of ``sigs.k8s.io/yaml`` v1.6 writes their values."""
    value = _kubernetes_value(text)
    if value is None or (type(value) is int and value >= _INT64):
        raise ValueError(f"{text or 'nothing'} is no key")
    if isinstance(value, bool):
        return "true" if value else "false"
    return _single_precision(value) if isinstance(value, float) else str(value)


def _single_precision(value: float) -> str:
    """Write a float as Go's ``FormatFloat(value, 'g', -1, 32)`` does: the shortest digits that a 32-bit float needs."""
    from struct import pack, unpack  # rare

    if not math.isfinite(value) or abs(value) > 3.4028235677973366e38:
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    single = unpack("f", pack("f", value))[0]
    shortest = next(text for text in (f"{single:.{digits}e}" for digits in range(9)) if unpack("f", pack("f", float(text)))[0] == single)
    mantissa, _, exponent = shortest.partition("e")
    if -4 <= int(exponent) < 6:
        digits = len(mantissa.lstrip("-").replace(".", "")) - 1 - int(exponent)
        return f"{float(shortest):.{max(digits, 0)}f}"
    return f"{mantissa}e{exponent}"


def _core_value(text: str) -> Any:
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    if text[0] not in _MAYBE_MORE or len(text) > _LONGEST_NUMBER:
        return text
    if text.isdigit() and text.isascii():
        return int(text)
    if _is(_CORE_INTEGER)(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return float(text) if _is(_FLOAT)(text) else text


def _as_is(number: float, _text: str) -> float:
    return number


KUBERNETES = Schema(_kubernetes_value, _as_json, _kubernetes_key)
CORE = Schema(_core_value, _as_is, str)
