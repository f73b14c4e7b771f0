"""Numbers of items that are known only within bounds, because some items are unknown."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Open, Unknown
from scanner.ruleset.logic import Truth
from scanner.typed import Any, Callable, Collection


class Tally(NamedTuple):
    """How many items there are: at least ``low``, at most ``high`` (None: any number); ``doubt`` says why they differ."""

    low: int
    high: int | None
    doubt: Unknown | None


def tally(items: Collection[Any]) -> Tally:
    """Count the items of a list or map; an unknown of kind "items" stands for any number of them, as does what of a map was not read."""
    if isinstance(items, Open):
        return Tally(len(items), None, items.rest)
    further = [item for item in items if isinstance(item, Unknown) and item.kind == "items"]
    sure = len(items) - len(further)
    return Tally(sure, None, further[0]) if further else Tally(sure, sure, None)


def tally_of(truths: Collection[Truth]) -> Tally:
    """Count what is true; what is unknown may be."""
    doubts = [truth for truth in truths if isinstance(truth, Unknown)]
    sure = sum(truth is True for truth in truths)
    endless = any(doubt.kind == "items" for doubt in doubts)
    return Tally(sure, None if endless else sure + len(doubts), doubts[0] if doubts else None)


def bounded(count: Tally, judge: Callable[[int], Truth], words: Collection[str]) -> Truth:
    """Judge a number within bounds: at-least operators (``words``) hold if the least does, at-most ones if the most does."""
    low = judge(count.low)
    if count.doubt is None:
        return low
    rises, falls = set(words) <= {"gt", "gte"}, set(words) <= {"lt", "lte"}
    if (rises and low is True) or (falls and low is False):
        return low
    high = judge(count.high) if count.high is not None else None
    return high is True if (rises and high is False) or (falls and high is True) else count.doubt
