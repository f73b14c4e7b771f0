"""Text that its source declares to be secret. Rules judge it like any text; it does not show itself."""

from __future__ import annotations

PLACEHOLDER = "(sensitive)"


class Hidden(str):
    """A string that is equal to its content but is written as a placeholder."""

    __slots__ = ()

    def __str__(self) -> str:
        return PLACEHOLDER

    def __repr__(self) -> str:
        return PLACEHOLDER

    def __format__(self, _: str) -> str:
        return PLACEHOLDER
