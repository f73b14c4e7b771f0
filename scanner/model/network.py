"""The answer to "who may talk to whom": rows that a renderer prints, free of how they were found."""

from __future__ import annotations

from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.typed import Iterable


class Connection(NamedTuple):
    """``src`` may open connections to ``dst`` on ``ports``. An end is ``ns/name[Kind]``, an address range, or a name outside."""

    src: str
    dst: str
    ports: str


class Doubt(NamedTuple):
    """A pair whose ports could be other than said, and what is not known."""

    src: str
    dst: str
    cause: str


class Way(NamedTuple):
    """A way into the cluster: ``via`` opens it to ``dst``, on the ports that the pods listen on.

    ``exposure`` is who comes in, or ``unknown``; ``reachable`` is whether policies let it through, None where that is unknown.
    """

    via: str
    dst: str
    exposure: str
    ports: str
    reachable: bool | None


class Exit(NamedTuple):
    """A name in a namespace that stands for something outside: ``via`` leads to ``dst``, which is a managed ``store`` or None."""

    via: str
    dst: str
    store: str | None = None


class Node(NamedTuple):
    """A workload, and what a reader wants to know of it. ``tenant`` and ``store`` are None where there is none."""

    name: str
    namespace: str
    tenant: str | None
    store: str | None
    platform: bool


class Map(NamedTuple):
    """The whole answer. ``connections`` may be many: they are made while they are read, once."""

    nodes: tuple[Node, ...]
    connections: Iterable[Connection]
    doubts: tuple[Doubt, ...]
    ways: tuple[Way, ...]
    exits: tuple[Exit, ...]


class Change(NamedTuple):
    """A difference between two maps: ``added``, ``removed`` or ``changed``, with the ports before and after."""

    src: str
    dst: str
    change: str
    before: str | None
    after: str | None


class Reason(NamedTuple):
    """One step of an answer to "why": what decides, in words, and where it is written."""

    text: str
    span: Span | None


class Verdict(NamedTuple):
    """Whether a connection is allowed (None: unknown), on which ports, and the reasons in order."""

    src: str
    dst: str
    ports: str
    allowed: bool | None
    reasons: tuple[Reason, ...]
