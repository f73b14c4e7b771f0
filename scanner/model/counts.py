"""How often things occur, without what importing ``collections`` brings."""

from __future__ import annotations

from scanner.typed import Hashable, Iterable, Mapping, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Counts(dict[Thing, int]):
    """A number for each thing; none for what was not counted."""

    __slots__ = ()

    def __missing__(self, thing: Thing) -> int:
        return 0

    def count(self, things: Iterable[Thing]) -> None:
        """Count each of some things once more."""
        for thing in things:
            self[thing] += 1

    def add(self, counts: Mapping[Thing, int]) -> None:
        """Add what was counted elsewhere."""
        for thing, number in counts.items():
            self[thing] += number


def tally(things: Iterable[Thing]) -> Counts[Thing]:
    """Count things."""
    counts: Counts[Thing] = Counts()
    counts.count(things)
    return counts
