"""What rules that look at one resource alone have said of the resources of a file, noted with the file; the others are asked each time.

Noted verdicts offer no machine fixes: who wants these takes no notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from scanner.config import Config
from scanner.governance.severity import Circumstances
from scanner.inventory import Inventory
from scanner.model.finding import Finding
from scanner.model.place import Related, Span
from scanner.model.resource import Key, Resource
from scanner.model.rule import Rule
from scanner.pipeline.beyond import judge_beyond
from scanner.pipeline.judging import Judged, Question, judge
from scanner.pipeline.reading import NOTED, Reading
from scanner.pipeline.scopes import Scope
from scanner.sources.notes import Note
from scanner.witness import oid

_TOPIC = "verdicts"


def judge_noted(scope: Scope, question: Question, inventory: Inventory, reading: Reading) -> tuple[Judged, Circumstances]:
    """Evaluate as ``judging.judge`` does, but only what was not found before; and tell the circumstances.

    Rules that look at one resource alone judge the files that have no note of it; ``beyond`` asks the others.
    """
    notes = _notes(scope, inventory.all)
    near = [(config, tuple(rule for rule in rules if not rule.sees)) for config, rules in question.selections]
    far = [(config, tuple(rule for rule in rules if rule.sees)) for config, rules in question.selections]
    marks = {id(config): _mark(question.digest, config, rules, inventory) for config, rules in near}

    def mark_of(resource: Resource) -> str:
        return marks[id(reading.configs[id(resource)])]

    known = {path: note for path, (note, first) in notes.items() if note.get(_TOPIC, ("",))[0] == mark_of(first)}
    fresh = Inventory([one for one in inventory.all if one.path not in known or one.format != "kubernetes"], inventory.completeness)
    judged, around = judge_beyond(scope, question._replace(selections=far), inventory, reading)
    anew = judge(near, reading.configs, fresh, {id(config): {} for config, _ in near})
    rules = {rule.id: rule for _, selected in near for rule in selected}
    again = [_finding(row, rules) for note in known.values() for row in note[_TOPIC][1]]
    if not anew.problems:
        others = {one.key for one in fresh.all if one.path not in notes}
        _keep({path: row for path, row in notes.items() if path not in known}, anew.findings, others, mark_of)
    not_run = {row.rule: row for row in (*judged.not_run, *anew.not_run)}
    both = Judged(
        [*judged.findings, *anew.findings, *again],
        [*judged.problems, *anew.problems],
        tuple(not_run[rule] for rule in sorted(not_run)),
        [*judged.remedies, *anew.remedies],
    )
    return both, around


def _mark(digest: str, config: Config, rules: Sequence[Rule], inventory: Inventory) -> str:
    seen = inventory.completeness
    complete = (seen.repository, sorted(seen.namespaces), seen.cluster, sorted(seen.unread))
    question = (digest, config, [rule.id for rule in rules], complete)
    return oid(repr(question).encode("utf-8", "surrogatepass"))


def _notes(scope: Scope, resources: Iterable[Resource]) -> dict[str, tuple[Note, Resource]]:
    """Return path → note and first resource of each file whose resources all come from a note or are in one now."""
    first: dict[str, Resource] = {}
    for resource in resources:
        if resource.format == "kubernetes" and resource.path.endswith(NOTED):
            first.setdefault(resource.path, resource)
    found = {}
    for path, resource in first.items():
        note = scope.tree.note(path)
        if note is not None and "kubernetes" in note:
            found[path] = (note, resource)
    return found


def _keep(
    notes: Mapping[str, tuple[Note, Resource]], findings: Iterable[Finding], others: set[Key], mark_of: Callable[[Resource], str]
) -> None:  # fmt: skip
    """Note what was found in each file; not where it could be about a resource that only comes through it (``others``)."""
    rows: dict[str, list[Any]] = {path: [] for path in notes}
    doubted: set[str] = set()
    for finding in findings:
        if finding.location is None and finding.resource not in others:
            return
        path = finding.location.path if finding.location is not None else ""
        if path in rows:
            rows[path].append(_row(finding))
            doubted |= {path} if finding.resource in others else set()
    for path, (note, first) in notes.items():
        if path not in doubted:
            note[_TOPIC] = (mark_of(first), rows[path])


def _row(finding: Finding) -> Any:
    related = tuple((tuple(one.span), one.note) for one in finding.related)
    place = tuple(finding.location) if finding.location is not None else None
    words = (finding.message, finding.cause, finding.fingerprint, finding.attribute)
    return finding.rule.id, tuple(finding.resource), finding.outcome, place, related, *words


def _finding(row: Any, rules: Mapping[str, Rule]) -> Finding:
    rule, key, outcome, place, related, message, cause, fingerprint, attribute = row
    where = Span(*place) if place is not None else None
    others = tuple(Related(Span(*span), note) for span, note in related)
    return Finding(rules[rule], Key(*key), outcome, where, others, message, cause, fingerprint, attribute)
