"""What a compiled condition is, and the one that looks at the items of a list together: that no two have the same value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.logic import Truth
from scanner.ruleset.readers import Entry, Place, compile_path, inside
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject


class Check(NamedTuple):
    """A compiled condition. ``why(subject, truth)`` gives the places of the clauses that made the verdict what it is, first one first."""

    test: Callable[[Subject], Truth]
    why: Callable[[Subject, Truth], list[Place]]


def compile_unique(path: object, field: object, absent: bool, scope: Scope, at: Pointer) -> Check:
    """Compile ``list: {unique: path}``: no two items have the same value there. What repeats is placed at its later occurrences.

    ``absent`` is the verdict on a missing list.
    """
    lists = compile_path(path, scope, at[:-1])
    values = compile_path(f"item[*].{field}", scope.nested(), at)

    def entries(subject: Subject) -> list[list[Entry]]:
        return [list(values.entries(inside(entry, subject))) for entry in lists.entries(subject) if entry.value is not None]

    def test(subject: Subject) -> Truth:
        found = entries(subject)
        if not found:
            return absent
        if any(_repeated(one) for one in found):
            return False
        unknown = next((entry.value for one in found for entry in one if isinstance(entry.value, Unknown)), None)
        return True if unknown is None else unknown

    def why(subject: Subject, _: Truth) -> list[Place]:
        repeated = [place for one in entries(subject) for place in _repeated(one)]
        anchor = lists.anchor(subject)
        return repeated or ([] if anchor is None else [anchor])

    return Check(test, why)


def _repeated(entries: list[Entry]) -> list[Place]:
    seen: set[Any] = set()
    found = []
    for place, value, _ in entries:
        if not isinstance(value, str | int | float):
            continue
        if (type(value), value) in seen and place is not None:
            found.append(place)
        seen.add((type(value), value))
    return found
