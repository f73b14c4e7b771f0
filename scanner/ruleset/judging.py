"""How a compiled target judges one subject: filter, items, verdict, and why a failure may be in doubt."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.checks import Check
from scanner.ruleset.logic import Truth, every
from scanner.ruleset.reader import Place
from scanner.ruleset.subject import Subject
from scanner.typed import Callable

Items = Callable[[Subject], list[Subject]]
Doubt = Callable[[Subject], Unknown | None]


class Row(NamedTuple):
    """One thing that a rule has to say.

    ``subject`` is the item or whole that was judged, ``places`` what decided, ``cause`` why it could not be decided (None for a failure).
    """

    subject: Subject
    places: list[Place]
    cause: Unknown | None


class Parts(NamedTuple):
    """A target's conditions. ``bad`` is the verdict of ``check`` that is a failure.

    ``items`` finds what ``each`` walks and ``item_where`` filters it; ``incomplete`` doubts the failures of a rule about absence.
    """

    wheres: list[Check]
    items: Items | None
    item_where: Check | None
    check: Check
    bad: bool
    incomplete: Doubt | None


def judge(parts: Parts, subject: Subject) -> list[Row] | None:
    """Return what there is to say about a subject, or None where the target does not apply to it."""
    applicable = every(where.test(subject) for where in parts.wheres) if parts.wheres else True
    if applicable is False:
        return None
    test, bad, where = parts.check.test, parts.bad, parts.item_where
    rows: list[Row] = []
    judged = False
    for item in parts.items(subject) if parts.items is not None else (subject,):
        fits = True if where is None else where.test(item)
        if fits is False:
            continue
        judged = True
        truth = test(item)
        if truth is bad or isinstance(truth, Unknown):
            rows.append(Row(item, parts.check.explain(item)[1], _doubt((applicable, fits, truth), parts, item)))
    return rows if judged else None


def _doubt(truths: tuple[Truth, ...], parts: Parts, item: Subject) -> Unknown | None:
    """Return why a row is not a failure but unknown: an undecided condition, or a scan that may not have seen everything."""
    unknown = next((truth for truth in reversed(truths) if isinstance(truth, Unknown)), None)
    if unknown is None and parts.incomplete is not None:
        return parts.incomplete(item)
    return unknown
