"""What rules that look at one resource alone have said of the resources of a file, noted with the file; the others are asked each time.

Noted verdicts offer no machine fixes: who wants these takes no notes.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.evaluate import Heard
from scanner.governance.severity import Circumstances
from scanner.inventory import Inventory
from scanner.model.finding import Finding
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.rule import Rule
from scanner.pipeline.beyond import judge_beyond
from scanner.pipeline.judging import Judged, Question, judge
from scanner.pipeline.reading import NOTED, Reading
from scanner.pipeline.scopes import Scope
from scanner.pipeline.sited import finding_of, plain, quotes_a_secret
from scanner.ruleset.judging import Row
from scanner.sources.notes import Note
from scanner.typed import Any, Iterable, Mapping, Sequence
from scanner.witness import oid

_TOPIC = "said"


class Unit(NamedTuple):
    """What is noted as one: a file of manifests, or all files of another language; ``mark`` is what its resources are asked."""

    note: Note
    resources: Sequence[Resource]
    mark: str

    @property
    def rows(self) -> Sequence[Any] | None:
        """What was said to the same question, if it was asked."""
        mark, rows = self.note.get(_TOPIC, ("", ()))
        return rows if mark == self.mark else None


def judge_noted(scope: Scope, question: Question, inventory: Inventory, reading: Reading) -> tuple[Judged, Circumstances]:
    """Evaluate as ``judging.judge`` does, but only what was not found before; and tell the circumstances.

    Rules that look at one resource alone judge what has no note of it; ``pipeline.beyond`` asks the others.
    """
    near = judge_near(scope, question, inventory, reading)
    far, around = judge_beyond(scope, far_question(question), inventory, reading)
    return both(far, near), around


def far_question(question: Question) -> Question:
    """Return what is asked of rules that look beyond one resource."""
    return question._replace(selections=[(config, tuple(rule for rule in rules if rule.sees)) for config, rules in question.selections])


def both(far: Judged, near: Judged) -> Judged:
    """Join what rules said that look across files with what the others said."""
    not_run = {row.rule: row for row in (*far.not_run, *near.not_run)}
    return Judged(
        [*far.findings, *near.findings],
        [*far.problems, *near.problems],
        tuple(not_run[rule] for rule in sorted(not_run)),
        [*far.remedies, *near.remedies],
    )


def judge_near(scope: Scope, question: Question, inventory: Inventory, reading: Reading) -> Judged:
    """Evaluate the rules that look at one resource alone, of what has no note of it."""
    near = [(config, tuple(rule for rule in rules if not rule.sees)) for config, rules in question.selections]
    rules = {rule.id: rule for _, selected in near for rule in selected}
    units = _units(scope, inventory, reading, {id(config): _mark(question.digest, config, asked, inventory) for config, asked in near})
    told = {id(one) for unit in units if unit.rows is not None for one in unit.resources}
    again = [finding_of(row, rules[rule]) for unit in units for rule, row in unit.rows or ()]
    about: dict[int, int] = {}
    fresh = Inventory([one for one in inventory.all if id(one) not in told], inventory.completeness)
    anew = judge(near, reading.configs, fresh, {id(config): {} for config, _ in near}, _listening(about))
    if not anew.problems:
        _keep([unit for unit in units if unit.rows is None], anew.findings, about)
    return anew._replace(findings=[*anew.findings, *again])


def _listening(about: dict[int, int]) -> Heard:
    """Return what learns about which resource each finding is, by their ``id()``."""

    def hear(finding: Finding, row: Row) -> None:
        about[id(finding)] = id(row.subject.whole.resource)

    return hear


def _mark(digest: str, config: Config, rules: Sequence[Rule], inventory: Inventory) -> str:
    seen = inventory.completeness
    complete = (seen.repository, sorted(seen.namespaces), seen.cluster, sorted(seen.unread))
    question = (digest, config, [rule.id for rule in rules], complete)
    return oid(repr(question).encode("utf-8", "surrogatepass"))


def _units(scope: Scope, inventory: Inventory, reading: Reading, marks: Mapping[int, str]) -> list[Unit]:
    """Return what is noted of the resources, or may be."""
    carried = {id(one) for whole in reading.wholes for one in whole.resources}
    files: dict[str, list[Resource]] = {}
    for one in inventory.all:
        if id(one) not in carried and one.path.endswith(NOTED):
            files.setdefault(one.path, []).append(one)
    noted = ((scope.tree.note(path), some) for path, some in files.items())
    units = [Unit(note, some, marks[id(reading.configs[id(some[0])])]) for note, some in noted if note is not None and "kubernetes" in note]
    for whole in reading.wholes:
        if whole.note:
            asked = sorted({(one.path, marks[id(reading.configs[id(one)])]) for one in whole.resources})
            units.append(Unit(whole.note, whole.resources, oid(repr(asked).encode("utf-8", "surrogatepass"))))
    return units


def _keep(units: Iterable[Unit], findings: Iterable[Finding], about: Mapping[int, int]) -> None:
    """Note what was found in each unit, unless it quotes what looks like a secret."""
    by_resource: dict[int, list[Finding]] = {}
    for finding in findings:
        by_resource.setdefault(about[id(finding)], []).append(finding)
    for unit in units:
        found = [finding for one in unit.resources for finding in by_resource.get(id(one), ())]
        if not any(map(quotes_a_secret, found)):
            unit.note[_TOPIC] = (unit.mark, [(one.rule.id, plain(one)) for one in found])
