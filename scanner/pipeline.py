"""The whole story in order: rules, sources, formats, inventory, views, evaluation, governance, report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scanner import __version__, registry, views
from scanner.config import Config
from scanner.configuration.read import Settings
from scanner.evaluate import evaluate
from scanner.governance.baseline import Baseline
from scanner.governance.decide import decide
from scanner.governance.inline import Comment, comments_of
from scanner.governance.suppressions import Written, annotated, commented, configured
from scanner.inventory import Completeness, Inventory
from scanner.model.finding import Finding
from scanner.model.glob import matches
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Embedded, Parsed, UnreadableError, Wanted
from scanner.model.report import Coverage, Report, RuleNotRun
from scanner.model.resource import Fact, Resource
from scanner.model.rule import Rule
from scanner.ruleset import Ruleset, facts_asked, select, wanted
from scanner.sources.remembered import RememberedTree
from scanner.syntax.text import decode


class Scope(NamedTuple):
    """One tree to scan: the files selected in it, the paths that were named, its configuration, and whether this is all of it.

    ``root`` is the tree's folder on disk, where it has one; it is never printed.
    """

    tree: RememberedTree
    paths: Sequence[str]
    named: Sequence[str]
    settings: Settings
    whole: bool
    problems: Sequence[Problem] = ()
    root: str | None = None


class Reading:
    """Everything that was read, as it grows: resources with the configuration that holds for each, problems and counts."""

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.configs: dict[int, Config] = {}
        self.problems: list[Problem] = []
        self.files = 0
        self.by_type: Counter[str] = Counter()


class Scan(NamedTuple):
    """A report and what it was made from, for those who ask further."""

    report: Report
    inventory: Inventory
    facts: Mapping[str, Sequence[Fact]]


def scan(scopes: Sequence[Scope], ruleset: Ruleset, baseline: Baseline | None = None) -> Scan:
    """Judge what the scopes hold with the rules that their configuration selects. Raises ConfigError and RuleError."""
    config = scopes[0].settings.at("")
    selections = [(one, select(ruleset, one).rules) for one in configs_of(scopes)]
    ran = {rule.id: rule for _, rules in selections for rule in rules}
    asked_views = views.asked(facts_asked(ran.values()))
    inventory, reading = gather(scopes, _wanted(ran.values(), asked_views))
    facts = derive(asked_views, inventory, config)
    judged = judge(selections, reading, inventory, facts)
    written = ignores_of(scopes, inventory, ruleset)
    decision = decide(judged.findings, written.ignores, baseline, _config_at(scopes), ran)
    problems, accepted = _accepted([*reading.problems, *judged.problems], _config_at(scopes))
    by_type = dict(sorted(reading.by_type.items()))
    coverage = Coverage(reading.files, sum(by_type.values()), by_type, judged.not_run)
    report = Report(
        __version__, ruleset.digest, decision.verdicts, problems, accepted, coverage, dict(sorted(ran.items())),
        _text_of(scopes, marked=True), config.today, (*written.notes, *decision.notes),
    )  # fmt: skip
    return Scan(report, inventory, facts)


def gather(scopes: Sequence[Scope], wanted_types: Wanted) -> tuple[Inventory, Reading]:
    """Read the scopes into one inventory that knows how complete it is."""
    reading = read(scopes, wanted_types)
    return Inventory(reading.resources, _completeness(scopes, reading, scopes[0].settings.at(""))), reading


def configs_of(scopes: Iterable[Scope]) -> list[Config]:
    """Return each configuration that holds somewhere in the scopes, once, the root's first."""
    found: dict[int, Config] = {}
    for scope in scopes:
        folders = {"", *(os.path.dirname(path) for path in scope.paths)}
        for folder in sorted(folders):
            config = scope.settings.at(folder)
            found.setdefault(id(config), config)
    return list(found.values())


def read(scopes: Sequence[Scope], wanted_types: Wanted) -> Reading:
    """Read every file of every scope with the format that claims it."""
    reading = Reading()
    for scope in scopes:
        reading.problems += scope.problems
        seen: set[str] = set()
        for module, paths in claimed(scope, reading.problems).items():
            parsed = module.read(scope.tree, paths, wanted_types, scope.settings.at(""))
            _take(parsed, scope, reading)
            seen |= parsed.files | {problem.location.path for problem in parsed.problems if problem.location}
        reading.problems += _unrecognised(scope, seen)
    reading.problems.sort(key=lambda problem: (problem.location is None, problem.location or (), problem.kind, problem.detail))
    return reading


def claimed(scope: Scope, problems: list[Problem]) -> dict[Any, list[str]]:
    """Ask the formats, lower ``ORDER`` first, whose each file is; an unreadable file is a problem."""
    formats = sorted(registry.declaring("scanner.formats", "NAME"), key=lambda module: (module.ORDER, module.NAME))
    found: dict[Any, list[str]] = {}
    for path in scope.paths:
        head = _head(scope, path)
        try:
            owner = next((module for module in formats if module.claims(path, head)), None)
        except UnreadableError as error:
            problems.append(error.problem)
            continue
        if owner is not None:
            found.setdefault(owner, []).append(path)
    return found


def _head(scope: Scope, path: str) -> Callable[[], str]:
    return lambda: decode(scope.tree.read(path))


def _take(parsed: Parsed, scope: Scope, reading: Reading) -> None:
    lifted = [resource for embedded in parsed.embedded for resource in lift(embedded)]
    for resource in (*parsed.resources, *lifted):
        reading.resources.append(resource)
        reading.configs[id(resource)] = scope.settings.at(os.path.dirname(resource.path))
    reading.problems += parsed.problems
    reading.files += len(parsed.files)
    reading.by_type.update(parsed.by_type)
    reading.by_type.update(Counter(resource.key.type for resource in lifted))


def lift(embedded: Embedded) -> Sequence[Resource]:
    """Hand a tree of another language to the format that knows it; none where no format takes such trees."""
    for module in registry.declaring("scanner.formats", "NAME"):
        if embedded.format == module.NAME and hasattr(module, "lift"):
            found: Sequence[Resource] = module.lift(embedded)
            return found
    return ()


def _unrecognised(scope: Scope, seen: set[str]) -> list[Problem]:
    empty = [name for name in scope.named if not any(_below(path, name) for path in seen)]
    return [
        file_problem("nothing-recognised", name or ".", "nothing here is of a language that plumbrule knows: check the path")
        for name in empty
    ]


def _below(path: str, name: str) -> bool:
    return not name or path == name or path.startswith(f"{name}/")


def _wanted(rules: Iterable[Rule], asked_views: Iterable[views.View]) -> Wanted:
    by_rules = wanted(rules)
    by_views = {name for view in asked_views for name in view.reads}
    return Wanted(by_rules.types | by_views | {"Namespace"}, by_rules.everything)


def _completeness(scopes: Sequence[Scope], reading: Reading, config: Config) -> Completeness:
    whole = all(scope.whole for scope in scopes) and not reading.problems
    declared = frozenset(config.kubernetes.get("complete_namespaces") or ())
    seen = frozenset(resource.key.name for resource in reading.resources if resource.key.type == "Namespace")
    return Completeness(whole, declared | seen, bool(config.kubernetes.get("complete")))


def derive(asked_views: Iterable[views.View], inventory: Inventory, config: Config) -> dict[str, list[Fact]]:
    """Let each view that has something to read derive its facts, by name."""
    present = set(inventory.types)
    facts: dict[str, list[Fact]] = {}
    for view in asked_views:
        if present.intersection(view.reads) or "*" in view.reads:
            for fact in view.load().facts(inventory, config):
                facts.setdefault(fact.kind, []).append(fact)
    return facts


class Judged(NamedTuple):
    """What the rules said, what crashed, and which rules could not be asked."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: tuple[RuleNotRun, ...]


def judge(
    selections: Sequence[tuple[Config, tuple[Rule, ...]]], reading: Reading, inventory: Inventory, facts: Mapping[str, Sequence[Fact]]
) -> Judged:
    """Evaluate each configuration's rules on the resources that it holds for."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    not_run: dict[str, RuleNotRun] = {}
    for config, rules in selections:
        result = evaluate(rules, inventory, facts, config, holds=_holds(config, reading) if len(selections) > 1 else None)
        findings += result.findings
        problems += result.problems
        not_run |= {row.rule: row for row in result.not_run}
    return Judged(findings, problems, tuple(not_run[rule] for rule in sorted(not_run)))


def _holds(config: Config, reading: Reading) -> Callable[[Resource], bool]:
    return lambda resource: reading.configs.get(id(resource)) is config


def ignores_of(scopes: Sequence[Scope], inventory: Inventory, ruleset: Ruleset) -> Written:
    """Collect every suppression: configured, in comments of files that were read, and in annotations."""
    entries = dict.fromkeys(entry for config in configs_of(scopes) for entry in config.suppressions)
    ignores = configured(list(entries), ruleset)
    by_comment = commented(list(_comments(scopes)), _text_of(scopes), ruleset)
    by_annotation = annotated(inventory, ruleset)
    return Written([*ignores, *by_comment.ignores, *by_annotation.ignores], [*by_comment.notes, *by_annotation.notes])


def _comments(scopes: Iterable[Scope]) -> Iterable[Comment]:
    for scope in scopes:
        for path in sorted(scope.tree.marked & set(scope.paths)):
            yield from comments_of(path, decode(scope.tree.read(path)))


def _accepted(problems: Iterable[Problem], config_at: Callable[[str], Config]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    loud: list[Problem] = []
    accepted: list[Problem] = []
    for problem in problems:
        path = problem.location.path if problem.location else ""
        entries = config_at(path).accept
        fits = any(problem.kind in one.kinds and (not one.paths or any(matches(path, glob) for glob in one.paths)) for one in entries)
        (accepted if fits else loud).append(problem)
    return tuple(loud), tuple(accepted)


def _config_at(scopes: Sequence[Scope]) -> Callable[[str], Config]:
    def config_at(path: str) -> Config:
        scope = next((one for one in scopes if path and one.tree.is_file(path)), scopes[0])
        return scope.settings.at(os.path.dirname(path))

    return config_at


def _text_of(scopes: Sequence[Scope], *, marked: bool = False) -> Callable[[str], str | None]:
    """Return the function that gives a file's text; ``marked`` keeps a byte order mark of UTF-8, which GitHub's line hash counts."""

    def text(path: str) -> str | None:
        for scope in scopes:
            if scope.tree.is_file(path):
                content = scope.tree.read(path)
                return ("\ufeff" if marked and content.startswith(b"\xef\xbb\xbf") else "") + decode(content)
        return None

    return text
