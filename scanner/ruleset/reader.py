"""What a compiled path is: how its value is read, and where in the resource it stands."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.paths import Steps, plural
from scanner.ruleset.subject import Subject
from scanner.ruleset.walking import collect, lead, spread, walker
from scanner.typed import Any, Callable, Iterable, Iterator


class Place(NamedTuple):
    """Where a value is: ``pointer`` in ``owner`` (a whole subject). ``present`` is False for a missing one.

    ``way`` tells that nothing was decided there: it is the attribute that leads to what was, in another resource.
    """

    owner: Subject
    pointer: Pointer
    present: bool = True
    way: bool = False


class Entry(NamedTuple):
    """A value, its place (None where it has none, as a parameter), and why it is only perhaps one of ours."""

    place: Place | None
    value: Any
    doubt: Unknown | None = None


class Reader(NamedTuple):
    """A compiled path. ``value`` gives one value, or the list of all where the path is ``plural``; ``entries`` the same with places.

    ``doubtful`` tells that entries may carry doubts, so that ``value`` alone does not decide. ``anchor`` is the place of the path
    itself where it leads to nothing.
    """

    plural: bool
    value: Callable[[Subject], Any]
    entries: Callable[[Subject], Iterable[Entry]]
    anchor: Callable[[Subject], Place | None]
    doubtful: bool = False


def inside(entry: Entry, subject: Subject) -> Subject:
    """Return the value of an entry that a path of the subject led to as a subject of its own."""
    owner, pointer = (entry.place.owner, entry.place.pointer) if entry.place else (subject.whole, subject.pointer)
    item = Subject(owner.resource, entry.value, pointer, owner, owner.fact)
    item.outer = subject
    return item


def walked(steps: Steps, base: Callable[[Subject], Any], start: Callable[[Subject], tuple[Subject, Pointer]]) -> Reader:
    """Read along steps from a base value of the subject, which stands at ``start``."""

    def entries(subject: Subject) -> Iterator[Entry]:
        owner, pointer = start(subject)
        for inner, value in spread(base(subject), steps, pointer):
            yield Entry(Place(owner, inner, value is not None), value)

    def anchor(subject: Subject) -> Place:
        owner, pointer = start(subject)
        return Place(owner, pointer + lead(steps), present=False)

    if plural(steps):
        return Reader(True, lambda subject: collect(base(subject), steps, []), entries, anchor)
    reach = walker(steps)
    return Reader(False, lambda subject: reach(base(subject)), entries, anchor)
