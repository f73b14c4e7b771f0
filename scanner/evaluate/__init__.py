"""Every rule on everything that it matches: the only loop."""

from __future__ import annotations

from scanner.config import Config
from scanner.evaluate.findings import finding, passed, told_apart
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError, UserError, nearest
from scanner.model.finding import Finding
from scanner.model.place import Pointer
from scanner.model.problem import Problem
from scanner.model.reading import point
from scanner.model.record import NamedTuple
from scanner.model.report import RuleNotRun
from scanner.model.resource import Fact, Resource, written_in
from scanner.model.rule import Rule
from scanner.model.unknown import Amendment
from scanner.ruleset.judging import Row, judge
from scanner.ruleset.kinds import ALL, types_of
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.params import param_values
from scanner.ruleset.ranges import LEVELS, Platform
from scanner.ruleset.remedies import Change
from scanner.ruleset.scalars import version
from scanner.ruleset.screens import open_to
from scanner.ruleset.subject import Subject
from scanner.ruleset.targets import Setting, Target, compile_target, sleeping, targets_of
from scanner.ruleset.world import World
from scanner.typed import Any, Callable, Iterable, Iterator, Mapping, Sequence

Judged = tuple[Subject, list[Finding]]


class Evaluation(NamedTuple):
    """What rules had to say, the crashes of rules, the rules that could not be asked, and what would mend the failures."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: list[RuleNotRun]
    remedies: list[Remedy]


class Remedy(NamedTuple):
    """What a rule offers to do about one of its failures: changes of the resource's data, for ``fixes`` to write into its text."""

    finding: Finding
    resource: Resource
    changes: tuple[Change, ...]


Heard = Callable[[Finding, Row], None]
"""Is told each finding and the row that it comes from."""


def evaluate(
    rules: Iterable[Rule], inventory: Inventory, facts: Mapping[str, Sequence[Fact]], config: Config,
    holds: Callable[[Resource], bool] | None = None, heard: Heard | None = None, among: Callable[[Resource], bool] | None = None,
) -> Evaluation:  # fmt: skip
    """Judge every resource and fact that a rule matches.

    ``holds`` picks the resources (of facts: the first step's) that are judged in this call, ``among`` does so before anything is known of
    them but who they are and their file; all take part in joins. ``heard`` is told each finding with the row that it comes from. Findings
    come in the order of rules and inventory. Raises ConfigError for parameters that cannot be.
    """
    world = World(inventory, facts, among)
    platform = platform_of(config)
    result = Evaluation([], [], [], [])
    for rule in rules:
        if not rule.asks and not world.has(rule.reads) and "applies" not in rule.body and "targets" not in rule.body:
            continue
        crash = _underived(rule, world)
        if crash is not None:
            result.problems.append(crash)
            continue
        setting = Setting(param_values(rule, config), platform, world, checking=rule.id in config.rules)
        bodies = targets_of(rule.body)
        reasons = [sleeping(body, platform) for body, _ in bodies]
        if None not in reasons:
            result.not_run.append(RuleNotRun(rule.id, str(reasons[0])))
        judged: list[Judged] = []
        taken: set[tuple[int, str]] = set()
        for number, (body, at) in enumerate(bodies):
            matched = _matched(body, world) if reasons[number] is None else []
            subjects = [one for one in matched if holds is None or holds(written_in(one.resource))]
            if not config.include_passing and not setting.checking:
                subjects = open_to(rule, number, body, setting, subjects)
            if subjects:
                target = _compiled(rule, body, at, setting)
                judged += _rows(rule, target, subjects, result, taken, heard, _requirement([one for one, _ in bodies], number))
        judged = _amended(judged)
        result.findings.extend(finding for _, findings in judged for finding in findings)
        result.findings.extend(_passes(rule, judged) if config.include_passing else ())
    return result


def _amended(judged: list[Judged]) -> list[Judged]:
    if not any(isinstance(subject.data, Amendment) for subject, _ in judged):
        return judged
    from scanner.evaluate.amendments import amended  # few blocks change other resources

    return amended(judged)


def _underived(rule: Rule, world: World) -> Problem | None:
    """Say why a rule cannot be asked where a view that it asks crashes. Raises UserError for what a user did wrong."""
    try:
        for fact in rule.asks:
            world.facts(fact)
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where views are asked for a rule
        return _crash(f"{rule.id} was not asked: what finds the facts that it looks at crashed", error)
    return None


def _matched(body: Mapping[str, Any], world: World) -> list[Subject]:
    match = body["match"]
    return world.facts(match["fact"]) if "fact" in match else world.judged(types_of(match, ()))


def _requirement(bodies: Sequence[Mapping[str, Any]], number: int) -> str:
    """Name a target by its message where an earlier one of its rule judges some of the same; the first needs no name."""
    asked = [(frozenset(types_of(one["match"], ())), one["match"].get("fact")) for one in bodies[: number + 1]]
    types, fact = asked[-1]
    shared = any((fact is not None and fact == other) or types & some or ALL in types | some for some, other in asked[:-1])
    return str(bodies[number].get("message", "")) if shared else ""


def _compiled(rule: Rule, body: Mapping[str, Any], at: Callable[[str], Pointer], setting: Setting) -> Target:
    try:
        return compile_target(body, at, setting, rule.title)
    except Mistake as mistake:  # rules were checked when they were loaded: only a parameter can be wrong here
        raise ConfigError(f"rules.{rule.id}.params: {mistake.message}", hint=mistake.hint) from None


def platform_of(config: Config) -> Platform:
    """Return what rules are judged at. Raises ConfigError for a version or a Pod Security level that cannot be one."""
    level = str((config.kubernetes.get("pod_security") or {}).get("level") or LEVELS[-1])
    if level not in LEVELS:
        raise ConfigError(f"kubernetes.pod_security.level: unknown level {level!r}", hint=nearest(level, list(LEVELS)))
    if version(config.kubernetes_version) is None:
        raise ConfigError(f"kubernetes.version: {config.kubernetes_version!r} is no version", hint="write it as 1.34")
    return Platform(config.kubernetes_version, level, config.today)


def _rows(
    rule: Rule, target: Target, subjects: Iterable[Subject], result: Evaluation, taken: set[tuple[int, str]], heard: Heard | None,
    requirement: str,
) -> Iterator[Judged]:  # fmt: skip
    """Yield what a target applies to, with what it has to say. A crash is a problem and leaves the others alone.

    ``taken`` are the fingerprints of the rule's findings so far.
    """
    for subject in subjects:
        try:
            rows = judge(target.parts, subject)
            if rows is None:
                continue
            findings = [told_apart(finding(rule, target, row, requirement), row, taken) for row in rows]
            result.remedies.extend(_remedies(target, rows, findings))
            if heard is not None:
                for row, one in zip(rows, findings, strict=True):
                    heard(one, row)
            yield subject, findings
        except Exception as error:  # noqa: BLE001 - the one place where a rule is run
            result.problems.append(_crash(f"{rule.id} crashed on {subject.resource.key.address}", error, subject.resource.path))


def _remedies(target: Target, rows: list[Row], findings: list[Finding]) -> Iterator[Remedy]:
    for row, one in zip(rows, findings, strict=True):
        resource = row.subject.resource
        changes = target.repair()(row.subject) if one.outcome == "fail" and written_in(resource) is resource else ()
        if changes:
            yield Remedy(one, row.subject.resource, tuple(changes))


def _passes(rule: Rule, judged: list[Judged]) -> list[Finding]:
    """Return a row for each resource (of each file: the same object may be written twice) of which the rule has nothing to say."""
    spoken = {(one.resource, one.location.path if one.location else "") for _, findings in judged for one in findings}
    spoken |= {(subject.resource.key, subject.resource.path) for subject, findings in judged if findings}
    resources = {(subject.resource.key, subject.resource.path): subject.resource for subject, _ in judged}
    return [passed(rule, resource) for written, resource in resources.items() if written not in spoken]


def _crash(what: str, error: Exception, path: str = "") -> Problem:
    detail = f"{what} ({type(error).__name__}: {error}): please report it; skip the rule to go on"
    return Problem("rule-crash", point(path) if path else None, detail)
