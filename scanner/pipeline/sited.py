"""Findings as plain data that can be located again: each knows the attributes that it is placed at and related to.

Where a file has changed in nothing that decided a finding, its lines may still be others.
"""

from __future__ import annotations

from scanner.evaluate.findings import Sites, sites_of
from scanner.evaluate.fingerprint import stable
from scanner.kept import cached_property
from scanner.mask.formats import recognised
from scanner.model.finding import Finding
from scanner.model.place import Pointer, Related, Span
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Resource
from scanner.model.rule import Rule
from scanner.ruleset.judging import Row
from scanner.typed import Any, Collection, Mapping, Sequence

Handle = tuple[str, tuple[Any, ...], int]
"""A resource by its path, its key, and how many with this key stand before it in the file."""


def _handles(resources: Sequence[Resource]) -> dict[int, Handle]:
    """Return the handle of each resource by its ``id()``."""
    counts: dict[tuple[str, Key], int] = {}
    found: dict[int, Handle] = {}
    for one in resources:
        number = counts[one.path, one.key] = counts.get((one.path, one.key), -1) + 1
        found[id(one)] = (one.path, tuple(one.key), number)
    return found


class Shift:
    """The resources that there are (``now``), and of the files that have changed (``paths``) those that were there (``then``)."""

    def __init__(self, now: Sequence[Resource], then: Sequence[Resource], paths: frozenset[str]) -> None:
        self.paths = paths
        self._now, self._then = now, then

    @cached_property
    def handles(self) -> Mapping[int, Handle]:
        """The handle of each resource that there is, by its ``id()``."""
        return _handles(self._now)

    @cached_property
    def _here(self) -> Mapping[Handle, Resource]:
        return {self.handles[id(one)]: one for one in self._now}

    @cached_property
    def _there(self) -> Mapping[Handle, Resource]:
        handles = _handles(self._then)
        return {handles[id(one)]: one for one in self._then}

    def still(self, handle: Handle, pointer: Pointer) -> Resource | None:
        """Return a resource as it is now; None where there is none, or where the pointer leads to what is called otherwise now."""
        now = self._here.get(handle)
        if now is None or handle[0] not in self.paths:
            return now
        then = self._there.get(handle)
        return now if then is not None and stable(then.data, pointer, {}) == stable(now.data, pointer, {}) else None


class Told(NamedTuple):
    """What is known of a finding beside its words: what locates it, and the path of the resource that was judged."""

    sites: Sites
    path: str


def told_of(row: Row) -> Told:
    """Return what is known of the finding that a row becomes."""
    return Told(sites_of(row), row.subject.whole.resource.path)


def row_of(finding: Finding, told: Told, handles: Mapping[int, Handle]) -> Any:
    """Write a finding, where it was found and what locates it as plain data."""
    sites = told.sites
    located = tuple((handles[id(resource)], pointer, note) for resource, pointer, note in ((*sites[:2], ""), *sites.others))
    return (*plain(finding), told.path, located)


def plain(finding: Finding) -> tuple[Any, ...]:
    """Write a finding as plain data, without its rule."""
    words = (finding.message, finding.cause, finding.fingerprint, finding.attribute)
    return tuple(finding.resource), finding.outcome, _plain(finding.location), _others(finding.related), words


def _others(related: Sequence[Related]) -> Any:
    return tuple((tuple(one.span), one.note) for one in related)


def quotes_a_secret(finding: Finding) -> bool:
    """Tell whether its words hold what looks like one: then it is not written down."""
    return any(True for _ in recognised(f"{finding.message} {finding.cause}"))


def moved(row: Any, shift: Shift) -> Any:
    """Return what was written down as it would be now; None where that cannot be told."""
    key, outcome, place, related, words, path, located = row
    if not shift.paths:
        return row
    if not shift.paths.isdisjoint(handle[0] for handle, _, _ in located):
        sites = _sites(located, shift)
        if sites is None:
            return None
        where, others = sites.located()
        return key, outcome, _plain(where), _others(others), words, path, located
    through = (span for span in (place, *(span for span, _ in related)) if span is not None)
    return row if shift.paths.isdisjoint(span[0] for span in through) else None  # it is placed in a file that it only comes through


def is_about(row: Any, paths: Collection[str], types: Collection[str]) -> bool:
    """Tell whether what was judged stands in one of these files, or is of one of these types."""
    return row[-2] in paths or row[0][1] in types


def led_by(row: Any, paths: frozenset[str]) -> Collection[str]:
    """Return all files whose resources locate what was written down, if some of these do."""
    where = {handle[0] for handle, _, _ in row[-1]}
    return where if not where.isdisjoint(paths) else ()


def paths_of(row: Any) -> set[str]:
    """Return the files that what was written down is placed in or related to."""
    return {span[0] for span in (row[2], *(span for span, _ in row[3])) if span is not None}


def _sites(located: Sequence[tuple[Handle, Pointer, str]], shift: Shift) -> Sites | None:
    found = [(shift.still(handle, pointer), pointer, note) for handle, pointer, note in located]
    there = [(one, pointer, note) for one, pointer, note in found if one is not None]
    return Sites(*there[0][:2], there[1:]) if len(there) == len(found) else None


def _plain(place: Span | None) -> Any:
    return None if place is None else tuple(place)


def finding_of(row: Any, rule: Rule) -> Finding:
    """Return the finding that was written down, located or not."""
    key, outcome, place, related, words, *_ = row
    where = None if place is None else Span(*place)
    return Finding(rule, Key(*key), outcome, where, tuple(Related(Span(*span), note) for span, note in related), *words)
