"""Places: where something is written, and how one gets there inside a resource.

Named tuples, because every scan builds thousands and start-up pays for each class (a frozen dataclass costs three times as much).
"""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.model.record import NamedTuple
from scanner.typed import Any

Pointer = tuple[str | int, ...]
"""Keys and indexes from the root of one resource's data to a value."""


class Span(NamedTuple):
    """A range of text. Lines and columns start at 1, columns count Unicode code points, the end is exclusive.

    ``path`` is relative to the repository root with ``/``; it is the only type that knows line numbers.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    """A further place that a finding is about, with a few words on why."""

    span: Span
    note: str


class Step(NamedTuple):
    """One step of the way a value took: ``attribute`` of ``address`` has ``value``, written at ``span``."""

    address: str
    attribute: str
    value: Any
    span: Span | None


class Place(NamedTuple):
    """Where a person would edit (``primary``, None where no source is known) and what led there."""

    primary: Span | None
    related: tuple[Related, ...] = ()


NOWHERE = Place(None)
"""The place of something that is written nowhere we know."""


@lru_cache(maxsize=4096)
def dotted(pointer: Pointer) -> str:
    """Write a pointer the way rules do: ``spec.containers[0].image``, keys that are no words quoted in brackets."""
    text = ""
    for part in pointer:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "").replace("-", "").isalnum():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def value_at(data: Any, pointer: Pointer) -> Any:
    """Follow a pointer; None where it leads nowhere."""
    for part in pointer:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
