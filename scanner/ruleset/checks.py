"""What a compiled condition is, and the conditions that look into items: all clauses about one, or the items of a list together."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.logic import Truth, alike, every, some
from scanner.ruleset.reader import Entry, Place, Reader, inside
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable


class Check(NamedTuple):
    """A compiled condition. ``explain`` gives the verdict of ``test`` again, with the places of the clauses that made it, in order."""

    test: Callable[[Subject], Truth]
    explain: Callable[[Subject], tuple[Truth, list[Place]]]


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

    logic = every if quantifier or not reader.plural else some

    def test(subject: Subject) -> Truth:
        return logic(truth_of(entry, subject) for entry in reader.entries(subject))

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        judged = [(entry, truth_of(entry, subject)) for entry in reader.entries(subject)]
        truth = logic(one for _, one in judged)
        decided = [entry for entry, one in judged if alike(one, truth)]
        return truth, [place for entry in decided for place in _deeper(inner, entry, subject)] or places(reader.anchor(subject))

    return Check(test, explain)


def _deeper(inner: Check, entry: Entry, subject: Subject) -> list[Place]:
    if entry.value is None or isinstance(entry.value, Unknown) or entry.doubt is not None:
        return places(entry.place)
    return inner.explain(inside(entry, subject))[1]


def places(*found: Place | None) -> list[Place]:
    """Return those of the places that there are."""
    return [place for place in found if place is not None]


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

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        repeated = [place for one in entries(subject) for place in _repeated(one)]
        return test(subject), repeated or places(lists.anchor(subject))

    return Check(test, explain)


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
