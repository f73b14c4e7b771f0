"""The whole story in order: rules, sources, formats, inventory, views, evaluation, governance, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanner import __version__, views
from scanner.governance.baseline import Baseline
from scanner.governance.decide import decide
from scanner.inventory import Inventory
from scanner.model.report import Coverage, Report
from scanner.model.resource import Fact
from scanner.pipeline.clusters import World, worlds
from scanner.pipeline.deciding import accepted, ignores_of
from scanner.pipeline.judging import Judged, asked_types, derive, judge
from scanner.pipeline.reading import gather
from scanner.pipeline.scopes import Scope, config_at, configs_of, text_of
from scanner.ruleset import Ruleset, Selection, facts_asked, select

__all__ = ["Live", "Scan", "Scope", "gather", "scan"]


class Live(NamedTuple):
    """Running platforms to look at: kubeconfig contexts, and whether the metadata of Secrets may be read."""

    clusters: Sequence[str] = ()
    secrets: bool = False


class Scan(NamedTuple):
    """A report and what it was made from, for those who ask further."""

    report: Report
    inventory: Inventory
    facts: Mapping[str, Sequence[Fact]]


NO_LIVE = Live()


def scan(scopes: Sequence[Scope], ruleset: Ruleset, baseline: Baseline | None = None, live: Live = NO_LIVE) -> Scan:
    """Judge the scopes and running platforms by the rules that their configuration selects. Raises ConfigError and RuleError."""
    config_of = config_at(scopes)
    config = config_of("")
    selected = [(one, select(ruleset, one)) for one in configs_of(scopes)]
    ran = {rule.id: rule for _, selection in selected for rule in selection.rules}
    asked_views = views.asked(facts_asked(ran.values()))
    wanted = asked_types(ran.values(), asked_views)
    inventory, reading = gather(scopes, wanted)
    facts = derive(asked_views, inventory, config)
    judged = [judge([(one, selection.rules) for one, selection in selected], reading.configs, inventory, facts)]
    running = worlds(live.clusters, wanted, inventory, config, secrets=live.secrets)
    judged += [_judge_world(world, selected[0][1], asked_views) for world in running]
    written = ignores_of(scopes, inventory, ruleset)
    findings = [finding for one in judged for finding in one.findings]
    decision = decide(findings, written.ignores, baseline, config_of, ran)
    problems, quiet = accepted([*reading.problems, *(problem for one in (*running, *judged) for problem in one.problems)], config_of)
    notes = (*dict.fromkeys(note for _, selection in selected for note in selection.notes), *written.notes, *decision.notes)
    report = Report(
        __version__, ruleset.digest, decision.verdicts, problems, quiet, _coverage(reading.files, reading.by_type, running, judged),
        dict(sorted(ran.items())), text_of(scopes, marked=True), config.today, notes,
    )  # fmt: skip
    return Scan(report, inventory, facts)


def _judge_world(world: World, selection: Selection, asked_views: Sequence[views.View]) -> Judged:
    facts = derive(asked_views, world.inventory, world.config)
    return judge([(world.config, selection.rules)], {}, world.inventory, facts)


def _coverage(files: int, by_type: Mapping[str, int], running: Sequence[World], judged: Sequence[Judged]) -> Coverage:
    counts = Counter(by_type)
    for world in running:
        counts.update(world.by_type)
    not_run = {row.rule: row for one in judged for row in one.not_run}
    everywhere = {rule for rule in not_run if all(any(row.rule == rule for row in one.not_run) for one in judged)}
    return Coverage(files, counts.total(), dict(sorted(counts.items())), tuple(not_run[rule] for rule in sorted(everywhere)))
