"""The whole story in order: rules, sources, formats, inventory, views, evaluation, governance, report."""

from __future__ import annotations

from scanner import __version__, views
from scanner.evaluate import Remedy
from scanner.governance import severity
from scanner.governance.decide import decide
from scanner.governance.suppressions import Silencer, Written
from scanner.inventory import Inventory
from scanner.model.counts import Counts
from scanner.model.record import NamedTuple
from scanner.model.report import Coverage, Report
from scanner.model.rule import Rule
from scanner.pipeline.clusters import Live, World, worlds
from scanner.pipeline.deciding import accepted, ignores_of
from scanner.pipeline.judging import Facts, Judged, Later, judge
from scanner.pipeline.looking import Foreign, Looked, ask, look
from scanner.pipeline.reading import Reading, gather
from scanner.pipeline.scopes import Scope, text_of
from scanner.ruleset import Ruleset, Selection
from scanner.typed import TYPE_CHECKING, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.governance.baseline import Baseline
    from scanner.pipeline.platforms import Sight

__all__ = ["Live", "Looked", "Looking", "Scan", "Scope", "gather", "look", "scan"]


class Scan(NamedTuple):
    """A report and what it was made from, for those who ask further.

    ``remedies`` are the machine fixes that rules offer, ``loud`` the files that it tells of, None for all.
    """

    report: Report
    inventory: Inventory
    remedies: Sequence[Remedy]
    loud: frozenset[str] | None = None


NO_LIVE = Live()
Looking = Callable[[Sequence[Scope], Ruleset], Looked]


def scan(
    scopes: Sequence[Scope], ruleset: Ruleset, baseline: Baseline | None = None, live: Live = NO_LIVE,
    holding: Callable[[Written], Written] = lambda written: written, engines: Sequence[str] = (), looking: Looking = look,
) -> Scan:  # fmt: skip
    """Judge the scopes and running platforms by the rules that their configuration selects. Raises ConfigError and RuleError.

    ``holding`` says which of the suppressions written in the input hold, ``engines`` whose findings are merged in, ``looking`` reads the
    files and judges them.
    """
    looked = looking(scopes, ruleset)
    config, first = looked.selected[0]
    platforms = _platforms(live, looked)
    clusters = [access for one in platforms for access in one.clusters]
    opened = live._replace(clusters=(*live.clusters, *clusters)) if clusters else live
    inside = worlds(opened, looked.wanted, looked.inventory, config)
    running = [*(one.world for one in platforms), *inside]
    weighing = severity.asked([config])
    live_ones = [_judge_world(world, looked.inventory, first, looked.asked) for world in running]
    judged = [looked.judged, *(one for one, _ in live_ones)]
    telling = (fact for _, facts in live_ones for kind in weighing for fact in facts.get(kind, ()))
    around = looked.around.joined(severity.circumstances(telling))
    others = _with_policies(ask(engines, scopes, looked), platforms, judged[1:], looked.ran)
    ran = {**looked.ran, **others.rules}
    written = holding(ignores_of(scopes, looked.inventory, others.known_to(ruleset)))
    silencer = Silencer(written.ignores, written.allow_critical)
    findings = [*(finding for one in judged for finding in one.findings), *others.findings]
    decision = decide(findings, silencer, baseline, looked.config_of, ran, around)
    unseen = [*looked.reading.problems, *others.problems, *(problem for world in running for problem in world.problems)]
    problems, quiet = accepted([*unseen, *(problem for one in judged for problem in one.problems)], looked.config_of)
    notes = (
        *dict.fromkeys(note for _, selection in looked.selected for note in selection.notes),
        *(note for world in running for note in world.notes),
        *written.notes,
        *decision.notes,
        *others.notes,
    )
    report = Report(
        __version__, ruleset.digest, decision.verdicts, problems, quiet, _coverage(scopes, looked.reading, running, judged),
        dict(sorted(ran.items())), text_of(scopes, marked=True), config.today, notes, config.rule_pages,
        {world.scope: world.name for world in inside},
    )  # fmt: skip
    return Scan(report, looked.inventory, [remedy for one in judged for remedy in one.remedies], looked.loud)


def _platforms(live: Live, looked: Looked) -> list[Sight]:
    if not live.platforms and not live.accounts:
        return []
    from scanner.pipeline.platforms import sights  # few scans ask

    return sights(live, looked)


def _with_policies(others: Foreign, platforms: Sequence[Sight], judged: Sequence[Judged], ran: Mapping[str, Rule]) -> Foreign:
    if not platforms:
        return others
    from scanner.pipeline.platforms import policies

    said = policies(platforms, judged[: len(platforms)], ran)
    return Foreign(
        [*others.findings, *said.findings], {**others.rules, **said.rules}, others.problems, [*others.notes, *said.notes]
    )  # fmt: skip


def _judge_world(world: World, sources: Inventory, selection: Selection, asked_views: Sequence[views.View]) -> tuple[Judged, Facts]:
    seen = world.inventory.completeness._replace(unread=sources.completeness.unread)
    both = Inventory([*sources.all, *world.inventory.all], seen)
    facts = Later([(view, both if view.across else world.inventory) for view in asked_views], world.config)
    return judge([(world.config, selection.rules)], {}, world.inventory, {id(world.config): facts}), facts


def _coverage(scopes: Sequence[Scope], reading: Reading, running: Sequence[World], judged: Sequence[Judged]) -> Coverage:
    counts = Counts(reading.by_type)
    for world in running:
        counts.add(world.by_type)
    not_run = {row.rule: row for one in judged for row in one.not_run}
    everywhere = {rule for rule in not_run if all(any(row.rule == rule for row in one.not_run) for one in judged)}
    skipped = tuple(row for scope in scopes for row in scope.skipped)
    return Coverage(
        reading.files, sum(counts.values()), dict(sorted(counts.items())), tuple(not_run[rule] for rule in sorted(everywhere)), skipped
    )
