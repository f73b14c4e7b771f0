"""Reads joins: whether there is one, how many, and what a path gives in each."""

from __future__ import annotations

from scanner.model.unknown import Unknown
from scanner.ruleset.reader import Entry, Place, Reader
from scanner.ruleset.scope import Join
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Iterator


def joined_items(join: Join, inner: Reader, path: Any) -> Reader:
    """Read what a path gives in each joined subject; where there may be others, an unknown stands for them."""
    token = ("joined", path)

    def entries(subject: Subject) -> Iterator[Entry]:
        for other, doubt in join.others(subject):
            found = other.memo.get(token)
            if found is None:  # several joins, and several who join, ask the same of it
                found = other.memo[token] = list(inner.entries(other))
            yield from found if doubt is None else (entry._replace(doubt=doubt) for entry in found)
        reason = join.incomplete(subject)
        if reason is not None:
            yield Entry(_anchor(join, subject), reason, reason)

    return Reader(
        True, lambda subject: [entry.value for entry in entries(subject)], entries, lambda subject: _anchor(join, subject), doubtful=True
    )


def existence(join: Join) -> Reader:
    """Read the join as a list: missing where nothing is joined, unknown where only something doubtful is."""

    def value(subject: Subject) -> Any:
        found = _others(join, subject)
        return found[0] if found and isinstance(found[0], Unknown) else found or None

    def entries(subject: Subject) -> Iterator[Entry]:
        found = value(subject)
        places = [Place(other, ()) for other, doubt in join.others(subject) if doubt is None]
        yield from (Entry(place, found) for place in places or [_anchor(join, subject)])

    return Reader(False, value, entries, lambda subject: _anchor(join, subject))


def number(join: Join) -> Reader:
    """Read how many are joined; unknown where there may be more."""
    listed = existence(join)

    def value(subject: Subject) -> Any:
        found = _others(join, subject)
        return found[-1] if found and isinstance(found[-1], Unknown) else len(found)

    return listed._replace(value=value, entries=lambda subject: [entry._replace(value=value(subject)) for entry in listed.entries(subject)])


def _others(join: Join, subject: Subject) -> list[Any]:
    """Return the data of what is certainly joined and, where there may be more, an Unknown of kind "items" at the end."""
    joined = join.others(subject)
    certain = [other.data for other, doubt in joined if doubt is None]
    doubt = next((doubt for _, doubt in joined if doubt is not None), None)
    doubt = join.incomplete(subject) if doubt is None else doubt
    return certain if doubt is None else [*certain, Unknown(doubt.cause, doubt.origin, kind="items")]


def _anchor(join: Join, subject: Subject) -> Place:
    keys = join.keys(subject)
    return Place(*keys[0]) if keys else Place(subject.whole, subject.pointer)
