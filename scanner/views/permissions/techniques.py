"""The takeover table as values: what has to be held for each technique, and what it gives."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.tables import table
from scanner.typed import Any, Iterable, Mapping, Sequence

Atom = tuple[str, str]
"""A verb and a resource as people write it: ``resource[.group][/subresource]``."""


class Alternative(NamedTuple):
    """One way to fulfil a need: any of these atoms. ``names`` says which grants limited by resourceNames count (see the table)."""

    atoms: tuple[Atom, ...]
    names: str | tuple[str, ...] = ""


class Technique(NamedTuple):
    """One row of the table, for one Kubernetes version."""

    id: str
    needs: tuple[tuple[Alternative, ...], ...]
    gives: str
    words: str
    cluster: bool = False
    account: str = ""
    home: bool = False
    condition: tuple[str, str, str] | None = None


def techniques(version: str, more: Sequence[Mapping[str, Any]] = ()) -> tuple[Technique, ...]:
    """Return the techniques that work at a version (``1.NN``), the user's own rows after those of the table."""
    return (*_shipped(version), *_read(more, version))


@cache
def _shipped(version: str) -> tuple[Technique, ...]:
    return _read(table("takeover")["techniques"], version)


def _read(rows: Iterable[Mapping[str, Any]], version: str) -> tuple[Technique, ...]:
    return tuple(_technique(row, _number(version)) for row in rows)


def _technique(row: Mapping[str, Any], version: tuple[int, ...]) -> Technique:
    needs = tuple(_need(need if isinstance(need, list) else [need], version) for need in row["needs"])
    condition = row.get("if")
    return Technique(
        row["id"], needs, row["gives"], row["words"], row.get("where") == "cluster", row.get("account", ""), bool(row.get("home")),
        (condition["type"], condition["namespace"], condition["name"]) if condition else None,
    )  # fmt: skip


def _need(alternatives: Iterable[Mapping[str, Any]], version: tuple[int, ...]) -> tuple[Alternative, ...]:
    return tuple(_alternative(one) for one in alternatives if version < _number(one.get("until", "999")))


def _alternative(row: Mapping[str, Any]) -> Alternative:
    names = row.get("names", "")
    atoms = tuple((verb, resource) for verb in row["verbs"] for resource in row["resources"])
    return Alternative(atoms, tuple(names) if isinstance(names, list) else names)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.removeprefix("v").split("."))


def split(resource: str) -> tuple[str, str]:
    """Return API group and resource (with subresource) of ``resource[.group][/subresource]``."""
    path, slash, subresource = resource.partition("/")
    name, _, group = path.partition(".")
    return group, name + slash + subresource


def joined(group: str, resource: str) -> str:
    """Write group and resource (with subresource) as people do; the inverse of ``split``."""
    name, slash, subresource = resource.partition("/")
    return f"{name}.{group}{slash}{subresource}" if group else resource
