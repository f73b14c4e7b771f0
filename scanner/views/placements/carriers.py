"""The carriers table as rows: which types hold, copy or send data, and which attribute makes it go where."""

from __future__ import annotations

from scanner.config import Config
from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.tables import table
from scanner.typed import Any, Mapping


class Rule(NamedTuple):
    """How a place is found: a word of the table and what stands in its parentheses."""

    word: str
    argument: str = ""


class Option(NamedTuple):
    """One attribute that can say where an edge leads. ``path`` is empty where the edge is always there."""

    path: str
    to: Rule
    when: tuple[Any, ...] = ()
    note: str = ""
    sure: bool = True
    only: Mapping[str, tuple[Any, ...]] = {}
    unless: Mapping[str, tuple[Any, ...]] = {}
    beside: str = ""


class Edge(NamedTuple):
    """One way that data takes; the first option that is written decides."""

    kind: str
    options: tuple[Option, ...]


class Carrier(NamedTuple):
    """One type. ``at`` is how its own place is found, ``of`` the path of the resource whose data it moves.

    ``provider`` tells that its provider says the region where the resource does not.
    """

    type: str
    cloud: str
    roles: tuple[str, ...]
    at: Rule | None
    of: str
    edges: tuple[Edge, ...]
    provider: bool = False


def types() -> tuple[str, ...]:
    """Return every type of the table."""
    return tuple(table("carriers")["carriers"])


def kinds() -> Mapping[str, Mapping[str, str]]:
    """Return the kinds of edges with their titles."""
    found: Mapping[str, Mapping[str, str]] = table("carriers")["kinds"]
    return found


class Carriers:
    """The rows with the organisation's own over them, made when first asked for."""

    __slots__ = ("_defaults", "_rows", "_said")

    def __init__(self, config: Config) -> None:
        self._said = dict(config.residency.get("carriers") or {})
        self._defaults = {**table("residency_defaults")["defaults"], **dict(config.residency.get("defaults") or {})}
        self._rows: dict[str, Carrier | None] = {}

    def row(self, type_name: str) -> Carrier | None:
        """Return a type's row, None where it carries no data."""
        if type_name not in self._rows:
            written = self._said.get(type_name) or table("carriers")["carriers"].get(type_name)
            self._rows[type_name] = _carrier(type_name, written) if written else None
        return self._rows[type_name]

    def arm_row(self, type_name: str) -> Carrier | None:
        """Return the row of an ARM type, in whatever case it is written."""
        return self.row(_arm_types().get(type_name.lower(), type_name))

    def default(self, type_name: str, path: str) -> Mapping[str, Any] | None:
        """Return what an unwritten attribute means: ``value``, ``to`` or ``unknown``, and how sure that is."""
        found: Mapping[str, Any] | None = self._defaults.get(type_name, {}).get(path)
        return found


@cache
def _arm_types() -> Mapping[str, str]:
    return {name.lower(): name for name in types() if name.startswith("Microsoft.")}


def cloud_of(type_name: str) -> Mapping[str, Any]:
    """Return what a type's prefix says about its cloud."""
    rows: Mapping[str, Mapping[str, Any]] = table("carriers")["clouds"]
    return next((row for prefix, row in rows.items() if type_name.startswith(prefix)), {"cloud": "kubernetes"})


def rule(text: str) -> Rule:
    """Read ``pair`` or ``parent(server_id)``."""
    word, _, argument = text.partition("(")
    return Rule(word, argument.removesuffix(")"))


def _carrier(type_name: str, row: Mapping[str, Any]) -> Carrier:
    said = cloud_of(type_name)
    edges = tuple(_edge(edge) for edge in row.get("edges", ()))
    at = _at(row["at"]) if row.get("at") else None
    return Carrier(type_name, said["cloud"], tuple(row["roles"]), at, row.get("of", ""), edges, bool(said.get("provider")))


_PLACES = ("stack", "cluster", "topology")


def _at(text: str) -> Rule:
    return rule(text) if text in _PLACES or text.endswith(")") else Rule("value", text)


def _edge(row: Mapping[str, Any]) -> Edge:
    return Edge(row["kind"], tuple(_option(option) for option in row.get("first", (row,))))


def _option(row: Mapping[str, Any]) -> Option:
    return Option(
        row.get("path", ""),
        rule(row["to"]),
        tuple(row.get("when", ())),
        row.get("note", ""),
        "sure" not in row,
        _conditions(row.get("only")),
        _conditions(row.get("unless")),
        row.get("beside", ""),
    )


def _conditions(row: Mapping[str, Any] | None) -> Mapping[str, tuple[Any, ...]]:
    return {path: tuple(values) for path, values in (row or {}).items()}
