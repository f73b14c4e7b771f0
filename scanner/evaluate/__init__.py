"""Every rule on everything that it matches: the only loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.config import Config
from scanner.evaluate.findings import finding, passed
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError, nearest
from scanner.model.finding import Finding
from scanner.model.place import Pointer
from scanner.model.problem import Problem
from scanner.model.reading import point
from scanner.model.report import RuleNotRun
from scanner.model.resource import Fact, Resource
from scanner.model.rule import Rule
from scanner.ruleset.judging import judge
from scanner.ruleset.kinds import ALL, types_of
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.params import param_values
from scanner.ruleset.ranges import LEVELS, Platform
from scanner.ruleset.subject import Subject
from scanner.ruleset.targets import Setting, Target, compile_target, sleeping, targets_of
from scanner.ruleset.world import World


class Evaluation(NamedTuple):
    """What rules had to say, the crashes of rules, and the rules that could not be asked."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: list[RuleNotRun]


def evaluate(
    rules: Iterable[Rule], inventory: Inventory, facts: Mapping[str, Sequence[Fact]], config: Config,
    holds: Callable[[Resource], bool] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge every resource and fact that a rule matches.

    ``holds`` picks the resources (of facts: the first step's) that are judged in this call; all take part in joins. Findings come in the
    order of rules and inventory. Raises ConfigError for impossible parameters.
    """
    world = World(inventory, facts)
    present = frozenset(inventory.types)
    passing = config.include_passing
    result = Evaluation([], [], [])
    for rule in rules:
        targets, why_not = _targets(rule, config, world, present)
        if why_not is not None:
            result.not_run.append(RuleNotRun(rule.id, why_not))
        rows = [row for target in targets for row in _rows(rule, target, world, holds, result.problems)]
        result.findings.extend(finding for _, findings in rows for finding in findings)
        result.findings.extend(_passes(rule, rows) if passing else ())
    return result


def _targets(rule: Rule, config: Config, world: World, present: frozenset[str]) -> tuple[list[Target], str | None]:
    """Compile the targets that have something to judge, and say why not where none of them can ever apply."""
    setting = Setting(param_values(rule, config), platform_of(config), world)
    asleep: list[str | None] = []
    targets = []
    for body, at in targets_of(rule.body):
        reason = sleeping(body, setting.platform)
        if reason is not None:
            asleep.append(reason)
        elif _wakes(body, world, present):
            targets.append(_compiled(rule, body, at, setting))
        else:
            asleep.append(None)
    return targets, next(iter(asleep), None) if asleep and None not in asleep and not targets else None


def _compiled(rule: Rule, body: Mapping[str, Any], at: Callable[[str], Pointer], setting: Setting) -> Target:
    try:
        return compile_target(body, at, setting, rule.title)
    except Mistake as mistake:  # rules were checked when they were loaded: only a parameter can be wrong here
        raise ConfigError(f"rules.{rule.id}.params: {mistake.message}", hint=mistake.hint) from None


def _wakes(body: Mapping[str, Any], world: World, present: frozenset[str]) -> bool:
    match = body["match"]
    if "fact" in match:
        return bool(world.facts(match["fact"]))
    types = types_of(match, ())
    return ALL in types or not present.isdisjoint(types)


def platform_of(config: Config) -> Platform:
    """Return what rules are judged at. Raises ConfigError for a Pod Security level that does not exist."""
    level = str((config.kubernetes.get("pod_security") or {}).get("level") or LEVELS[-1])
    if level not in LEVELS:
        raise ConfigError(f"kubernetes.pod_security.level: unknown level {level!r}", hint=nearest(level, list(LEVELS)))
    return Platform(config.kubernetes_version, level, config.today)


Judged = tuple[Subject, list[Finding]]


def _rows(
    rule: Rule, target: Target, world: World, holds: Callable[[Resource], bool] | None, problems: list[Problem]
) -> Iterator[Judged]:  # fmt: skip
    """Yield what a target applies to, with what it has to say. A crash is a problem and leaves the others alone."""
    for subject in world.of(target.types) if target.fact is None else world.facts(target.fact):
        if holds is not None and not holds(subject.resource):
            continue
        try:
            rows = judge(target.parts, subject)
            if rows is not None:
                yield subject, [finding(rule, target, row) for row in rows]
        except Exception as error:  # noqa: BLE001 - the one place where a rule is run
            problems.append(_crash(rule, subject.resource, error))


def _passes(rule: Rule, judged: list[Judged]) -> list[Finding]:
    """Return a row for each resource that was judged and of which the rule has nothing to say."""
    spoken = {one.resource for _, findings in judged for one in findings}
    spoken |= {subject.resource.key for subject, findings in judged if findings}
    silent = {subject.resource.key: subject.resource for subject, _ in judged if subject.resource.key not in spoken}
    return [passed(rule, resource) for resource in silent.values()]


def _crash(rule: Rule, resource: Resource, error: Exception) -> Problem:
    place = point(resource.path) if resource.path else None
    detail = f"{rule.id} crashed on {resource.key.address} ({type(error).__name__}: {error}): please report it; skip the rule to go on"
    return Problem("rule-crash", place, detail)
