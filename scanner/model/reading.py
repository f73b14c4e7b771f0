"""The seam between sources and formats: trees of files, what is wanted of them, and what a format gives back."""

from __future__ import annotations

from types import MappingProxyType

from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.typed import Any, Mapping, Protocol, Sequence


class UnreadableError(Exception):
    """A file could not be read; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Tree(Protocol):
    """Files below one root. Paths are relative to it with ``/``; nothing outside it can be read, whatever links say."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes; raise UnreadableError (missing, too large, forbidden, outside the root)."""
        ...

    def is_file(self, path: str) -> bool:
        """Tell whether a readable regular file is there."""
        ...

    def children(self, folder: str) -> Sequence[str]:
        """Return the sorted names inside a folder ("" is the root), folders with a trailing ``/``; empty where there is none."""
        ...


class Wanted(NamedTuple):
    """The types that rules and views ask for; ``everything`` where a rule matches any type.

    ``aws_*`` stands for a whole provider of Terraform, ``*/*`` for all types of Azure's own.
    """

    types: frozenset[str]
    everything: bool = False

    def __contains__(self, type_name: object) -> bool:
        return self.everything or type_name in self.types or _family(str(type_name)) in self.types


def _family(type_name: str) -> str:
    return "*/*" if "/" in type_name else f"{type_name.partition('_')[0]}_*"


class Embedded(NamedTuple):
    """Another language inside a file: ``format`` names it, ``tree`` is its plain data, ``origin`` the resource it was found in.

    ``pointer`` leads from the origin's data to it, so that places inside it can be answered by the origin.
    """

    format: str
    tree: Any
    origin: Resource
    pointer: tuple[str | int, ...] = ()


class Parsed(NamedTuple):
    """What a format made of its files.

    ``files`` are those whose language it recognised; ``by_type`` counts all resources, parsed or not.
    """

    resources: Sequence[Resource] = ()
    problems: Sequence[Problem] = ()
    files: frozenset[str] = frozenset()
    by_type: Mapping[str, int] = MappingProxyType({})
    embedded: Sequence[Embedded] = ()


def point(path: str, line: int = 1, column: int = 1) -> Span:
    """Make an empty span at one point."""
    return Span(path, line, column, line, column)
