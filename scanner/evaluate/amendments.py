"""What a block says that changes another resource stands before what that resource says itself; of the rest it says nothing."""

from __future__ import annotations

from scanner.model.finding import Finding
from scanner.model.resource import Resource
from scanner.model.unknown import Amendment
from scanner.ruleset.subject import Subject
from scanner.typed import TYPE_CHECKING, Sequence
from scanner.views.azapi import Shaped

if TYPE_CHECKING:
    from scanner.evaluate import Judged


def amended(judged: list[Judged]) -> list[Judged]:
    """Return a rule's rows without those of updates that leave open what the rule asks, and of resources whose update settles it."""
    changes = [subject for subject, _ in judged if isinstance(subject.data, Amendment)]
    silent: set[int] = set()
    settled: set[int] = set()
    for subject in changes:
        rows = [findings for one, findings in judged if one is subject]
        if _says(subject.data, rows):
            settled |= {id(one) for one in (_changed(subject),) if one is not None}
        else:
            silent.add(id(subject))
    kept = [(subject, _said(subject.data, findings)) for subject, findings in judged if id(subject) not in silent]
    return [(subject, findings) for subject, findings in kept if id(subject.resource) not in settled]


def _says(data: Amendment, rows: Sequence[list[Finding]]) -> bool:
    """Tell whether an update decides a rule, or makes it unknown, by what it writes."""
    return any(_said(data, findings) for findings in rows) or not any(findings for findings in rows)


def _said(data: object, findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.cause != data.rest.cause] if isinstance(data, Amendment) else findings


def _changed(subject: Subject) -> Resource | None:
    places = subject.resource.locator
    return places.changes if isinstance(places, Shaped) else None
