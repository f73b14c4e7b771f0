"""Findings and verdicts: what a rule said about a resource, and what the organisation decided about that."""

from __future__ import annotations

from scanner.model.place import Related, Span
from scanner.model.record import NamedTuple
from scanner.model.resource import Key
from scanner.model.rule import Rule
from scanner.typed import Literal

Outcome = Literal["fail", "unknown", "pass"]
Disposition = Literal["open", "suppressed", "waived", "baselined"]


class Finding(NamedTuple):
    """One row: a rule judged a resource. ``attribute`` is the dotted pointer that decided, ``cause`` the words of an unknown."""

    rule: Rule
    resource: Key
    outcome: Outcome
    location: Span | None
    related: tuple[Related, ...]
    message: str
    cause: str | None
    fingerprint: str
    attribute: str = ""
    engine: str = "plumbrule"
    fixes: tuple[Edit, ...] = ()


class Edit(NamedTuple):
    """A machine fix on source text: replace the text at ``span`` by ``text``."""

    span: Span
    text: str


class Verdict(NamedTuple):
    """A finding and its disposition. ``reason`` is why it is not open.

    ``severity`` may differ from the rule's by configuration; ``weighed`` says what in the circumstances changed it.
    """

    finding: Finding
    severity: str
    disposition: Disposition = "open"
    reason: str | None = None
    owner: str | None = None
    waiver: str | None = None
    weighed: str | None = None
