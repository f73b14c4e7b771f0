"""Functions over RFC 3339 times."""

from __future__ import annotations

import re

from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.values import EvaluationError
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_FORMAT = re.compile(r"'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+")


def _time(text: str) -> datetime:
    from datetime import datetime

    if not _TIME.fullmatch(text):
        raise EvaluationError(f"{text!r} is no RFC 3339 time")
    normal = re.sub(r"\.(\d{1,6})\d*", lambda found: "." + found[1].ljust(6, "0"), text.upper().replace("Z", "+00:00").replace(",", "."))
    try:
        return datetime.fromisoformat(normal)
    except ValueError as error:
        raise EvaluationError(f"{text!r} is no RFC 3339 time") from error


def _nanoseconds(text: str) -> int:
    rest = text.lstrip("+-") if text[:1] in "+-" else text
    if rest == "0":
        return 0
    total, position = 0, 0
    from decimal import Decimal

    for part in _DURATION.finditer(rest):
        if part.start() != position:
            break
        total += int(Decimal(part[1]) * _UNITS[part[2]])
        position = part.end()
    if position != len(rest) or not rest:
        raise EvaluationError(f"{text!r} is no duration")
    return -total if text.startswith("-") else total


def _zone(time: datetime, colon: str) -> str:
    offset = time.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{colon}{abs(minutes) % 60:02d}"


def _rfc3339(time: datetime) -> str:
    zone = _zone(time, ":")
    return time.strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + ("Z" if zone == "+00:00" else zone)


def _timeadd(text: str, duration: str) -> str:
    from datetime import timedelta

    try:
        return _rfc3339(_time(text) + timedelta(microseconds=_nanoseconds(duration) // 1000))
    except OverflowError as error:
        raise EvaluationError("the time is out of range") from error


def _timecmp(left: str, right: str) -> int:
    one, other = _time(left), _time(right)
    return (one > other) - (one < other)


def _formatdate(template: str, text: str) -> str:
    time = _time(text)
    result = []
    for found in _FORMAT.finditer(template):
        piece = found[0]
        if piece.startswith("'"):
            result.append(_quoted(piece))
        elif piece[0].isascii() and piece[0].isalpha():
            result.append(_field(piece, time))
        else:
            result.append(piece)
    return "".join(result)


def _quoted(piece: str) -> str:
    if len(piece) < 2 or not piece.endswith("'"):
        raise EvaluationError("a quote in the format is never closed")
    return piece[1:-1].replace("''", "'")


def _field(word: str, time: datetime) -> str:
    fields = {
        "YYYY": f"{time.year:04d}", "YY": f"{time.year % 100:02d}",
        "MMMM": time.strftime("%B"), "MMM": time.strftime("%b"), "MM": f"{time.month:02d}", "M": str(time.month),
        "DD": f"{time.day:02d}", "D": str(time.day), "EEEE": time.strftime("%A"), "EEE": time.strftime("%a"),
        "hh": f"{time.hour:02d}", "h": str(time.hour), "HH": f"{(time.hour + 11) % 12 + 1:02d}", "H": str((time.hour + 11) % 12 + 1),
        "AA": time.strftime("%p").upper(), "aa": time.strftime("%p").lower(),
        "mm": f"{time.minute:02d}", "m": str(time.minute), "ss": f"{time.second:02d}", "s": str(time.second),
        "ZZZZZ": _zone(time, ":"), "ZZZZ": _zone(time, ""), "ZZZ": _zone_name(time, ""), "Z": _zone_name(time, ":", "Z"),
    }  # fmt: skip
    if word not in fields:
        raise EvaluationError(f"{word!r} is no part of a date format")
    return fields[word]


def _zone_name(time: datetime, colon: str, utc: str = "UTC") -> str:
    return utc if _zone(time, "") == "+0000" else _zone(time, colon)


FUNCTIONS = {
    "formatdate": function(_formatdate, "string string -> string"),
    "timeadd": function(_timeadd, "string string -> string"),
    "timecmp": function(_timecmp, "string string -> number"),
}
