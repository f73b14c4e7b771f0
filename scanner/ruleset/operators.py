"""The operators of clauses, each a row of one table: what it says, what it takes, how it judges a present and known value.

The engine does the rest for all alike: a missing value is false, an unknown one unknown, ``not_…`` is the negation, and an operand may be
``{param: name}``, ``{path: other.path}`` or a ``{quantity|version|date: …}`` that makes both sides compare as such.
"""

from __future__ import annotations

import _operator as operator

from scanner import tables
from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.model.unknown import Open, Unknown
from scanner.ruleset.equality import exact, is_number, same
from scanner.ruleset.logic import Truth, every, some
from scanner.typed import Any, Callable, Literal, Mapping

Takes = Literal["value", "values", "text", "number", "pattern", "networks", "table", "path", "flag", "lookup", "condition", "counting"]


class Operator(NamedTuple):
    """``prepare`` checks and converts an operand once (raising ValueError), ``holds`` judges a value that is present and known."""

    about: str
    takes: Takes
    prepare: Callable[[Any], Any]
    holds: Callable[[Any, Any], Truth]


def _as_is(operand: Any) -> Any:
    if operand is None:
        raise ValueError("null means missing: use `exists: false`")
    return operand


def _listed(operand: Any) -> list[Any]:
    if not isinstance(operand, list):
        raise ValueError("a list is expected")
    return operand


def _values(operand: Any) -> Any:
    listed = _listed(operand)
    return frozenset(listed) if all(isinstance(one, str) for one in listed) else listed


def _texts(operand: Any) -> tuple[str, ...]:
    texts = operand if isinstance(operand, list) else [operand]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text, or a list of texts, is expected")
    return tuple(texts)


def _number(operand: Any) -> Any:
    if is_number(operand):
        return exact(operand)
    if isinstance(operand, tuple):  # a version
        return operand
    raise ValueError("a number is expected, or {quantity: …}, {version: …}, {date: …}")


def _patterns(operand: Any) -> tuple[Any, ...]:
    from scanner.ruleset.regular import pattern  # not every scan has patterns

    return tuple(pattern(text) for text in _texts(operand))


class Networks(NamedTuple):
    """Networks as they are written; parsed when a value is compared with them."""

    texts: tuple[str, ...]

    def build(self) -> tuple[Any, ...]:
        """Return them parsed. Raises ValueError."""
        return _parsed(self.texts)


@cache
def _parsed(texts: tuple[str, ...]) -> tuple[Any, ...]:
    from ipaddress import ip_network  # few values are addresses

    return tuple(ip_network(text, strict=False) for text in texts)


def _networks(operand: Any) -> tuple[Networks, ...]:
    return (Networks(_texts(operand)),)


def entries_of(name: Any) -> Any:
    """Return what a table lists: ``file``, or ``file.key.key`` for a part of it; of a whole file its ``values``. Raises ValueError."""
    path = name.split(".") if isinstance(name, str) else [""]
    try:
        found = tables.table(path[0])
    except (OSError, ValueError):
        raise ValueError(f"there is no table {path[0]!r}") from None
    for key in path[1:] or ["values"]:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list | dict):
        raise ValueError(f"the table {name!r} has no such list or map")
    return found


def _table(name: Any) -> frozenset[Any]:
    return frozenset(entries_of(name))


def _among(value: Any, operands: Any) -> Truth:
    if isinstance(operands, frozenset):
        return isinstance(value, str) and value in operands
    return some(same(value, one) for one in operands)


def _contains(value: Any, operand: Any) -> Truth:
    wanted = operand if isinstance(operand, list) else [operand]
    if not isinstance(value, str):
        return some(_holds(value, one) for one in wanted)
    for one in wanted:  # noqa: SIM110 - a generator takes twice the time, and scans spend much of theirs here
        if isinstance(one, str) and one in value:
            return True
    return False


def _contains_all(value: Any, operands: list[Any]) -> Truth:
    return every(_holds(value, one) for one in operands)


def _holds(value: Any, wanted: Any) -> Truth:
    if isinstance(value, list):
        return some(same(item, wanted) for item in value)
    if isinstance(value, Open) and isinstance(wanted, str) and wanted not in value:
        return value.rest
    return isinstance(value, str | dict) and isinstance(wanted, str) and wanted in value


def _within(value: Any, operand: tuple[Networks, ...]) -> Truth:
    from ipaddress import ip_network

    networks = operand[0].build()

    try:
        network = ip_network(value, strict=False) if isinstance(value, str) else None
    except ValueError:
        return False
    return network is not None and any(network.version == one.version and network.subnet_of(one) for one in networks)


def _ports(operand: Any) -> tuple[int, ...]:
    ports = _listed(operand)
    if not all(is_number(port) and not isinstance(port, float) for port in ports):
        raise ValueError("a list of port numbers is expected")
    return tuple(int(port) for port in ports)


def _spans(value: Any, ports: tuple[int, ...]) -> Truth:
    """A cloud writes ports as one number, a range with a dash, or a star for all of them."""
    if value == "*":
        return True
    first, dash, last = str(value).replace(" ", "").partition("-")
    last = last if dash else first
    numbers = first.isdecimal() and last.isdecimal() and max(len(first), len(last)) <= 5
    return numbers and any(int(first) <= port <= int(last) for port in ports)


def _order(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    def holds(value: Any, operand: Any) -> Truth:
        if isinstance(operand, tuple):
            return isinstance(value, tuple) and compare(value, operand)
        return is_number(value) and compare(exact(value), operand)

    return holds


def _starts(value: Any, texts: tuple[str, ...]) -> Truth:
    return isinstance(value, str) and value.startswith(texts)


def _ends(value: Any, texts: tuple[str, ...]) -> Truth:
    return isinstance(value, str) and value.endswith(texts)


def _matches(value: Any, patterns: tuple[Any, ...]) -> Truth:
    return isinstance(value, str) and any(pattern.matches(value) for pattern in patterns)


def _selects(value: Any, labels: Any) -> Truth:
    from scanner.ruleset.selectors import parse_selector, selects  # few rules ask for selectors

    return selects(parse_selector(value), labels)


def is_empty(value: Any) -> Truth:
    """Tell whether a present value is an empty text, list or map; unknown where a list may hold nothing but unknown items."""
    if isinstance(value, list) and value and all(isinstance(item, Unknown) and item.kind == "items" for item in value):
        return Unknown(value[0].cause, value[0].origin)
    if isinstance(value, Open) and not value:
        return value.rest
    return isinstance(value, str | list | dict) and not value


OPERATORS: Mapping[str, Operator] = {
    "equals": Operator("is exactly this value; values of different types differ", "value", _as_is, same),
    "in": Operator("is one of these values", "values", _values, _among),
    "contains": Operator(
        "a list holds the value, a text the part, a map the key; of a list of operands one suffices", "value", _as_is, _contains
    ),
    "contains_all": Operator("as contains, but each of the operands must be there", "values", _listed, _contains_all),
    "matches": Operator("a regular expression matches the whole text", "pattern", _patterns, _matches),
    "starts_with": Operator("the text starts with this, or with one of these", "text", _texts, _starts),
    "ends_with": Operator("the text ends with this, or with one of these", "text", _texts, _ends),
    "gt": Operator("is greater", "number", _number, _order(operator.gt)),
    "gte": Operator("is greater or equal", "number", _number, _order(operator.ge)),
    "lt": Operator("is less", "number", _number, _order(operator.lt)),
    "lte": Operator("is less or equal", "number", _number, _order(operator.le)),
    "cidr_within": Operator("the address or network lies within one of these networks", "networks", _networks, _within),
    "spans_port": Operator("the port, the range (`20-25`) or `*` holds one of these ports", "values", _ports, _spans),
    "in_table": Operator("is listed in the table", "table", _table, lambda value, listed: isinstance(value, str | int) and value in listed),
    "selects": Operator("the label selector selects these labels", "value", _as_is, _selects),
    "same_as": Operator("equals the value at the other path", "path", _as_is, same),
}
"""Operators that judge a value by an operand."""

STRUCTURAL: Mapping[str, tuple[str, Takes]] = {
    "exists": ("is there at all (true) or missing (false)", "flag"),
    "empty": ("is missing or an empty text, list or map (true), or holds something (false)", "flag"),
    "via": ("look the value up in the table and judge what is found; no entry gives unknown", "lookup"),
    "count": ("judge the number of items", "counting"),
    "unique": ("no two items of the list have the same value at this path", "path"),
    "satisfies": ("a condition holds whose paths start at the value", "condition"),
}
"""Operators that the engine builds itself, because they look at missing values or compile conditions of their own."""
