"""Rules that look beyond one resource, asked again only where something has changed that they, or the views they ask, can see.

What was found before stays true of everything else: picture → changes → rules and views that these concern → what they say now.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.formats.kubernetes.noting import recalled
from scanner.governance.severity import Circumstances, circumstances
from scanner.inventory import Inventory
from scanner.model.record import NamedTuple
from scanner.model.report import RuleNotRun
from scanner.model.resource import Resource
from scanner.model.rule import Rule
from scanner.pipeline.judging import Judged, Later, Question, judge
from scanner.pipeline.picture import Changes, Picture, Units, changes, picture_of
from scanner.pipeline.reading import Reading
from scanner.pipeline.scopes import Scope
from scanner.pipeline.sited import Shift, Told, finding_of, is_about, led_by, moved, paths_of, quotes_a_secret, row_of, told_of
from scanner.ruleset.kinds import ALL
from scanner.ruleset.needs import joined_to
from scanner.sources.notes import Notes
from scanner.typed import Any, Callable, Collection, Iterable, Mapping, Sequence
from scanner.views import View
from scanner.views.generated import stand_ins
from scanner.witness import oid


class Before(NamedTuple):
    """What was judged before: the question (``mark``), the picture of the tree, and the answer.

    That is: rule → its rows (``sited``), rule → why it could not be asked, the circumstances, and the names of the facts that there were.
    """

    mark: str
    picture: Picture
    rows: Mapping[str, Sequence[Any] | None]
    not_run: Mapping[str, str]
    around: Circumstances
    found: frozenset[str]


def judge_beyond(scope: Scope, question: Question, inventory: Inventory, reading: Reading) -> tuple[Judged, Circumstances]:
    """Evaluate rules that look beyond one resource, as far as what they said before may not hold; tell the circumstances too."""
    notes = scope.tree.notes or Notes({})
    rules = {rule.id: rule for _, selected in question.selections for rule in selected}
    question = question._replace(views=[view for view in question.views if not view.across])  # nothing runs beside the files
    carried = {id(one) for whole in reading.wholes for one in whole.resources}
    own = [one for one in inventory.all if id(one) not in carried]
    mark, picture = _mark(question, inventory), picture_of(scope.tree, own, reading.wholes)
    alike = inventory.derived(stand_ins)  # some objects stand for others that they are compared with: too much hangs together
    before = _before(notes, mark) if not alike else None
    changed = _changes(before, picture, scope, question, own, notes)
    reached = [view for view in question.views if before is None or changed is None or changed.reach(view, before.found)]
    kept = _kept(rules, before, changed, reached, inventory)
    around = None if before is None or _asks(reached, question.weighing) else before.around
    anew = [(config, tuple(rule for rule in selected if rule.id not in kept)) for config, selected in question.selections]
    asked = {name for _, some in anew for rule in some for name in rule.asks}.union(question.weighing if around is None else ())
    asking = [(view, inventory) for view in _asks(question.views, asked)]
    facts = {id(config): Later(asking, config) for config, _ in anew}
    heard: dict[int, Told] = {}
    judged = judge(anew, reading.configs, inventory, facts, lambda finding, row: heard.update({id(finding): told_of(row)}))
    if around is None:
        around = circumstances(fact for one in facts.values() for kind in question.weighing for fact in one.get(kind, ()))
    known = {rule: why for rule, why in before.not_run.items() if rule in kept} if before is not None else {}
    not_run = tuple(RuleNotRun(rule, why) for rule, why in sorted({**known, **dict(judged.not_run)}.items()))
    rows = {**kept, **_rows(judged, heard, inventory)}
    still = before.found.difference(*(view.facts for view in reached)) if before is not None else frozenset()
    if judged.problems or alike:
        notes.judged = None
    else:
        found = still.union(name for one in facts.values() for name in one if one[name])
        notes.judged = (mark, tuple(picture), rows, dict(not_run), tuple(around), found)
    again = [finding_of(row, rules[rule]) for rule, some in kept.items() for row in some]
    return judged._replace(findings=[*again, *judged.findings], not_run=not_run), around


def still_beyond(scope: Scope, question: Question, inventory: Inventory, reading: Reading, loud: frozenset[str]) -> Judged | None:
    """Return what rules that look beyond one resource say of ``loud`` files, where most of them say what they said before.

    Only these were read: the inventory holds what is in them, and what other languages made of theirs; what a rule may say otherwise now
    is looked up in the notes. None where a change may concern a view, and so more than notes tell, or where what was said cannot be told.
    Severities are then as they were too: see ``circumstances_before``.
    """
    notes = scope.tree.notes or Notes({})
    question = question._replace(views=[view for view in question.views if not view.across])
    before = _before(notes, _mark(question, inventory))
    if before is None:
        return None
    carried = {id(one) for whole in reading.wholes for one in whole.resources}
    own = [one for one in inventory.all if id(one) not in carried]
    seen = picture_of(scope.tree, own, reading.wholes)
    quiet = {path: unit for path, unit in before.picture.units.items() if path not in loud}
    picture = Picture({**quiet, **seen.units}, seen.rest)
    changed = _changes(before, picture, scope, question, own, notes)
    if changed is None or changed.whole or changed.beside or any(changed.reach(view, before.found) for view in question.views):
        return None
    rules = {rule.id: rule for _, selected in question.selections for rule in selected}
    concerned = {rule.id: rule for rule in rules.values() if changed.concern(rule)}
    said = _again(concerned, quiet, changed, scope, question, inventory, reading)
    kept = _moved(before.rows, quiet, changed, scope, question, inventory) if said is not None else None
    if kept is None or said is None:
        return None
    not_run = {**{rule: why for rule, why in before.not_run.items() if rule not in concerned}, **said.not_run}
    still = {rule: tuple(row for row in kept.get(rule, ()) if not is_about(row, changed.paths, said.types[rule])) for rule in concerned}
    rows = {**kept, **{rule: _joined(some, said.rows.get(rule, ())) for rule, some in still.items()}}
    notes.judged = (before.mark, tuple(picture), rows, not_run, tuple(before.around), before.found)
    telling = [(rule, row) for rule, some in rows.items() for row in some or () if rule in rules and not loud.isdisjoint(paths_of(row))]
    return Judged(
        [finding_of(row, rules[rule]) for rule, row in telling], [], tuple(RuleNotRun(*row) for row in sorted(not_run.items())), []
    )


class _Said(NamedTuple):
    """What some rules say now: rule → the types of all subjects that were judged (others only in changed files), rows, why not run."""

    types: Mapping[str, frozenset[str]]
    rows: Mapping[str, Any]
    not_run: Mapping[str, str]


def _again(
    concerned: Mapping[str, Rule], quiet: Units, changed: Changes, scope: Scope, question: Question, inventory: Inventory, reading: Reading
) -> _Said | None:  # fmt: skip
    """Ask some rules of what has changed and of all to which that may be joined, with what these read; None where they ask for facts."""
    if any(rule.asks for rule in concerned.values()):
        return None
    altered = {part.new.type for part in changed.parts}
    seeing = {rule.id: joined_to(rule.body, altered) for rule in concerned.values()}
    types = frozenset().union(*(some for pair in seeing.values() for some in pair))
    if ALL in types:
        return None
    found = [(path, _resources(scope, question, quiet, path)) for path, (_, held) in quiet.items() if not types.isdisjoint(held)]
    if any(some is None for _, some in found):
        return None
    every = Inventory([*inventory.all, *(one for _, some in found for one in some or ())], inventory.completeness)
    configs = {**reading.configs, **{id(one): scope.settings.at(path.rpartition("/")[0]) for path, some in found for one in some or ()}}
    heard: dict[int, Told] = {}
    said = []
    for config, selected in question.selections:
        for rule in selected:
            if rule.id in concerned:
                among = _among(configs, config, changed.paths, seeing[rule.id][0])
                said.append(
                    evaluate((rule,), every, {}, config, None, lambda finding, row: heard.update({id(finding): told_of(row)}), among)
                )
    if any(one.problems for one in said):
        return None
    judged = Judged([finding for one in said for finding in one.findings], [], (), [])
    not_run = {row.rule: row.why for one in said for row in one.not_run}
    return _Said({rule: seen for rule, (seen, _) in seeing.items()}, _rows(judged, heard, every), not_run)


def _among(configs: Mapping[int, Config], config: Config, paths: Collection[str], types: Collection[str]) -> Callable[[Resource], bool]:
    """Return what tells whether a resource is judged: one in these files or of these types, where the configuration holds."""
    return lambda one: (one.path in paths or one.key.type in types) and configs.get(id(one)) is config


def _joined(some: Sequence[Any], others: Sequence[Any] | None) -> tuple[Any, ...] | None:
    return None if others is None else (*some, *others)


def _moved(
    before: Mapping[str, Sequence[Any] | None], quiet: Units, changed: Changes, scope: Scope, question: Question, inventory: Inventory
) -> dict[str, tuple[Any, ...]] | None:  # fmt: skip
    """Return all rows located where they are now, though only some files were read; None where that cannot be told of one."""
    if None in before.values():
        return None
    if not changed.paths:
        return {rule: tuple(rows or ()) for rule, rows in before.items()}
    here = {one.path for one in inventory.all}
    beside = {path for rows in before.values() for row in rows or () for path in led_by(row, changed.paths)} - here
    found = [_resources(scope, question, quiet, path) for path in sorted(beside)]
    others = [one for some in found for one in some or ()]
    shift = Shift([*inventory.all, *others], [one for some in changed.before.values() for one in some], changed.paths)
    rows = {rule: tuple(moved(row, shift) for row in some or ()) for rule, some in before.items()}
    return None if None in found or any(None in some for some in rows.values()) else rows


def _resources(scope: Scope, question: Question, quiet: Units, path: str) -> Sequence[Resource] | None:
    """Return the resources of a file that has not changed, by its note."""
    unit, notes = quiet.get(path), scope.tree.notes
    found = recalled(notes.seen(path, unit[0]), question.wanted, scope.tree, path) if unit is not None and notes is not None else None
    return found[0] if found is not None else None


def circumstances_before(notes: Notes) -> Circumstances:
    """Return how bad findings are where they are, as it was when rules were asked the last time."""
    return Circumstances(*notes.judged[4])


def paths_before(notes: Notes | None) -> Collection[str]:
    """Return the files of manifests with resources that there were when rules were asked the last time."""
    return Picture(*notes.judged[1]).units if notes is not None and notes.judged is not None else ()


def _mark(question: Question, inventory: Inventory) -> str:
    """Hash what decides the answer beside the resources."""
    selected = [(config, [rule.id for rule in rules]) for config, rules in question.selections]
    seen = inventory.completeness
    complete = (seen.repository, sorted(seen.namespaces), seen.cluster, sorted(seen.unread))
    asked = (question.digest, selected, complete, [view.module for view in question.views], sorted(question.weighing))
    return oid(repr(asked).encode("utf-8", "surrogatepass"))


def _before(notes: Notes, mark: str) -> Before | None:
    if notes.judged is None or notes.judged[0] != mark:
        return None
    _, picture, rows, not_run, around, found = notes.judged
    return Before(mark, Picture(*picture), rows, not_run, Circumstances(*around), found)


def _changes(
    before: Before | None, picture: Picture, scope: Scope, question: Question, own: Sequence[Resource], notes: Notes
) -> Changes | None:  # fmt: skip
    """Return what has changed since; None where that may be anything."""
    if before is None:
        return None

    def known(path: str, content: str) -> Sequence[Resource] | None:
        found = recalled(notes.seen(path, content), question.wanted, scope.tree, path)
        return found[0] if found is not None else None

    named = any(config.shared_stores.get("images") for config, _ in question.selections)
    return changes(before.picture, picture, own, known, tags=named)


def _asks(views: Iterable[View], facts: Iterable[str]) -> list[View]:
    """Return the views that give any of these facts."""
    names = frozenset(facts)
    return [view for view in views if names.intersection(view.facts)]


def _kept(
    rules: Mapping[str, Rule], before: Before | None, changed: Changes | None, reached: Iterable[View], inventory: Inventory
) -> dict[str, tuple[Any, ...]]:  # fmt: skip
    """Return rule → its rows, located where they are now, for each rule that would say the same again."""
    if before is None or changed is None:
        return {}
    stale = {name for view in reached for name in view.facts}
    shift = Shift(inventory.all, [one for some in changed.before.values() for one in some], changed.paths)
    kept = {}
    for name, rule in rules.items():
        if stale.isdisjoint(rule.asks) and not changed.concern(rule):
            then = before.rows.get(name, ())
            rows = None if then is None else tuple(moved(row, shift) for row in then)
            if rows is not None and None not in rows:
                kept[name] = rows
    return kept


def _rows(judged: Judged, heard: Mapping[int, Told], inventory: Inventory) -> dict[str, tuple[Any, ...] | None]:
    """Write down what rules said; None for one that quotes what looks like a secret."""
    handles = Shift(inventory.all, (), frozenset()).handles if judged.findings else {}
    found: dict[str, list[Any]] = {}
    closed: set[str] = set()
    for finding in judged.findings:
        found.setdefault(finding.rule.id, []).append(row_of(finding, heard[id(finding)], handles))
        closed |= {finding.rule.id} if quotes_a_secret(finding) else set()
    return {rule: tuple(rows) if rule not in closed else None for rule, rows in found.items()}
