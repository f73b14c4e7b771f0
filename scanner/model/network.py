"""The answer to "who may talk to whom": rows that a renderer prints, free of how they were found."""

from __future__ import annotations

from typing import NamedTuple


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
