"""What reading a document gives, and how deep it may be."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Any

MAX_DEPTH = 128
"""Nesting beyond this is refused: nothing real is as deep, and what reads the data may recurse."""


class Loaded(NamedTuple):
    """Plain data of one document; ``repeated`` says that some mapping has a key twice (the last value won)."""

    data: Any
    repeated: bool
