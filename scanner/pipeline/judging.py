"""Resources become findings: views derive their facts, and each configuration's rules judge what it holds for."""

from __future__ import annotations

from scanner import views
from scanner.config import Config
from scanner.evaluate import Evaluation, Heard, Remedy, evaluate
from scanner.inventory import Inventory
from scanner.model.finding import Finding
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.model.report import RuleNotRun
from scanner.model.resource import Fact, Resource
from scanner.model.rule import Rule
from scanner.ruleset import wanted
from scanner.typed import Callable, Iterable, Iterator, Mapping, Sequence
from scanner.views.generated import stand_ins

MANY = 3000
"""Objects from which on a further process saves more than it costs."""

Facts = Mapping[str, Sequence[Fact]]
"""Facts by name."""
Selections = Sequence[tuple[Config, tuple[Rule, ...]]]
"""Each configuration that holds somewhere, with the rules that it runs."""


class Question(NamedTuple):
    """What is asked: the digest of all rules, those that each configuration runs, and the types that are read for them.

    ``views`` give the facts that rules ask, and those that severities are raised or lowered by (``weighing``).
    """

    digest: str
    selections: Selections
    wanted: Wanted
    views: Sequence[views.View]
    weighing: frozenset[str]


def asked_types(rules: Iterable[Rule], asked_views: Iterable[views.View]) -> Wanted:
    """Return the types that rules and views ask for."""
    by_rules = wanted(rules)
    by_views = {name for view in asked_views for name in view.reads}
    return Wanted(by_rules.types | by_views | {"Namespace"}, by_rules.everything)


def derive(asked_views: Iterable[views.View], inventory: Inventory, config: Config) -> dict[str, list[Fact]]:
    """Let each view that has something to read derive its facts, by name."""
    facts: dict[str, list[Fact]] = {}
    for view in asked_views:
        if _has_to_read(view, inventory):
            for fact in view.load().facts(inventory, config):
                facts.setdefault(fact.kind, []).append(fact)
    return facts


def _has_to_read(view: views.View, inventory: Inventory) -> bool:
    reads = Wanted(frozenset(view.reads), "*" in view.reads)
    return reads.everything or any(map(reads.__contains__, inventory.types))


class Later(Mapping[str, Sequence[Fact]]):
    """Facts by name; a view derives its own when the first of them is asked for. Of several processes each derives what it needs."""

    __slots__ = ("_config", "_derived", "_views")

    def __init__(self, asked_views: Sequence[tuple[views.View, Inventory]], config: Config) -> None:
        self._views = asked_views
        self._config = config
        self._derived: dict[str, dict[str, list[Fact]]] = {}

    def __getitem__(self, name: str) -> Sequence[Fact]:
        giving = [one for one in self._views if name in one[0].facts]
        if not giving:
            raise KeyError(name)
        return [fact for view, inventory in giving for fact in self._of(view, inventory).get(name, ())]

    def _of(self, view: views.View, inventory: Inventory) -> dict[str, list[Fact]]:
        found = self._derived.get(view.module)
        if found is None:
            found = self._derived[view.module] = derive([view], inventory, self._config)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for view, _ in self._views for name in view.facts))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """Return the views, by module, that give some facts and have something to read for them."""
        asked = frozenset(names)
        giving = [one for one in self._views if not asked.isdisjoint(one[0].facts)]
        return frozenset(view.module for view, inventory in giving if _has_to_read(view, inventory))


class Judged(NamedTuple):
    """What the rules said, what crashed, which rules could not be asked, and the machine fixes that they offer."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: tuple[RuleNotRun, ...]
    remedies: list[Remedy]


def judge(
    selections: Selections, configs: Mapping[int, Config], inventory: Inventory, facts: Mapping[int, Facts], heard: Heard | None = None
) -> Judged:  # fmt: skip
    """Evaluate each configuration's rules on the resources that it holds for.

    ``configs`` maps the ``id()`` of a resource to its configuration, ``facts`` that of a configuration to the facts as it sees them: who
    is a tenant, which places are allowed. ``heard`` is told each finding with the row that it comes from.
    """
    findings: list[Finding] = []
    problems: list[Problem] = []
    remedies: list[Remedy] = []
    not_run: dict[str, RuleNotRun] = {}
    for config, rules in selections:
        holds = _holds(config, configs) if len(selections) > 1 else None
        result = _evaluated(rules, inventory, facts[id(config)], config, holds, heard)
        findings += result.findings
        problems += result.problems
        remedies += result.remedies
        not_run |= {row.rule: row for row in result.not_run}
    return Judged(findings, problems, tuple(not_run[rule] for rule in sorted(not_run)), remedies)


def _evaluated(
    rules: Sequence[Rule], inventory: Inventory, facts: Facts, config: Config, holds: Callable[[Resource], bool] | None, heard: Heard | None
) -> Evaluation:  # fmt: skip
    if heard is not None or config.jobs == 1 or (not config.jobs and len(inventory.all) < MANY):
        return evaluate(rules, inventory, facts, config, holds, heard)
    from scanner.pipeline.sharing import processors, shared  # few scans have so much to judge

    inventory.derived(stand_ins)  # what all shares look at is worked out before they part
    behind = facts.behind if isinstance(facts, Later) else lambda _: frozenset()
    jobs = config.jobs or processors()
    return shared(lambda share: evaluate(share, inventory, facts, config, holds), rules, inventory, jobs, lambda rule: behind(rule.asks))


def _holds(config: Config, configs: Mapping[int, Config]) -> Callable[[Resource], bool]:
    return lambda resource: configs.get(id(resource)) is config
