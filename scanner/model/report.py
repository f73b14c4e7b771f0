"""The report: the only argument of a renderer."""

from __future__ import annotations

from types import MappingProxyType

from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.typed import Callable, Mapping


class RuleNotRun(NamedTuple):
    """A selected rule that could not be asked, and why."""

    rule: str
    why: str


class Coverage(NamedTuple):
    """What was looked at: everything recognised, parsed or not, and what was left out and why."""

    files: int
    resources: int
    by_type: Mapping[str, int]
    rules_not_run: tuple[RuleNotRun, ...]
    not_looked_at: tuple[tuple[str, str], ...] = ()


class Report(NamedTuple):
    """The whole answer of a scan.

    ``verdicts`` are sorted by path, line, column, rule, address. ``rules`` maps id to every rule that ran. ``text`` gives the
    decoded text of a scanned file (for excerpts and line hashes; unmasked, so nothing of it is printed but through
    ``scanner.mask``) or None. ``today`` is an ISO date. ``accepted`` are problems that configuration lives with.
    ``rule_pages`` is the address of a published site of the rules, "" where there is none. ``clusters`` gives the name of each cluster by
    the scope of its resources.
    """

    version: str
    rules_digest: str
    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    accepted: tuple[Problem, ...]
    coverage: Coverage
    rules: Mapping[str, Rule]
    text: Callable[[str], str | None]
    today: str
    notes: tuple[str, ...] = ()
    rule_pages: str = ""
    clusters: Mapping[str, str] = MappingProxyType({})
