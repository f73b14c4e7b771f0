"""What a compiled condition is, and the conditions that look into items: all clauses about one, or the items of a list together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.logic import Truth, alike, every, some
from scanner.ruleset.readers import Entry, Place, Reader, compile_path, inside
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject


class Check(NamedTuple):
    """A compiled condition. ``why(subject, truth)`` gives the places of the clauses that made the verdict what it is, first one first."""

    test: Callable[[Subject], Truth]
    why: Callable[[Subject, Truth], list[Place]]


def perhaps(truth: Truth, entry: Entry, quantifier: bool) -> Truth:
    """Return the verdict on an entry; what is only perhaps one of ours cannot decide, but where its verdict changes nothing."""
    return truth if entry.doubt is None or truth is quantifier else entry.doubt


def nested(reader: Reader, inner: Check, absent: bool, quantifier: bool) -> Check:
    """A condition whose paths start at the value: all its clauses speak of the same item. ``absent`` is the verdict on a missing one."""

    def truth_of(entry: Entry, subject: Subject) -> Truth:
        if entry.value is None:
            return absent
        truth = entry.value if isinstance(entry.value, Unknown) else inner.test(inside(entry, subject))
        return perhaps(truth, entry, quantifier)

    def test(subject: Subject) -> Truth:
        return (every if quantifier or not reader.plural else some)(truth_of(entry, subject) for entry in reader.entries(subject))

    def why(subject: Subject, truth: Truth) -> list[Place]:
        decided = [entry for entry in reader.entries(subject) if alike(truth_of(entry, subject), truth)]
        found = [place for entry in decided for place in _deeper(inner, entry, subject, truth)]
        anchor = reader.anchor(subject)
        return found or ([anchor] if anchor is not None else [])

    return Check(test, why)


def _deeper(inner: Check, entry: Entry, subject: Subject, truth: Truth) -> list[Place]:
    if entry.value is None or isinstance(entry.value, Unknown) or (isinstance(truth, Unknown) and entry.doubt is not None):
        return [entry.place] if entry.place else []
    return inner.why(inside(entry, subject), truth)


def compile_unique(lists: Reader, field: object, absent: bool, scope: Scope, at: Pointer) -> Check:
    """Compile ``list: {unique: path}``: no two items have the same value there. What repeats is placed at its later occurrences.

    ``absent`` is the verdict on a missing list.
    """
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
