"""Three-valued logic after Kleene: a verdict is True, False, or the Unknown that kept it from being either."""

from __future__ import annotations

from scanner.model.unknown import Unknown
from scanner.typed import Iterable

Truth = bool | Unknown


def every(truths: Iterable[Truth]) -> Truth:
    """Return False if one is false, else the first unknown, else True; asks no further than it must."""
    unknown: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is not True and unknown is True:
            unknown = truth
    return unknown


def some(truths: Iterable[Truth]) -> Truth:
    """Return True if one is true, else the first unknown, else False; asks no further than it must."""
    unknown: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is not False and unknown is False:
            unknown = truth
    return unknown


def negate(truth: Truth) -> Truth:
    """Return the opposite; an unknown stays what it is."""
    return truth if isinstance(truth, Unknown) else not truth


def alike(left: Truth, right: Truth) -> bool:
    """Tell whether two verdicts are of the same sort: both true, both false or both unknown."""
    return left is right or (isinstance(left, Unknown) and isinstance(right, Unknown))
