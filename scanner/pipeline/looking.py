"""The first half of a scan: what is there, and what the selected rules say about it. What it means is decided afterwards."""

from __future__ import annotations

from types import MappingProxyType

from scanner import views
from scanner.config import Config
from scanner.governance import severity
from scanner.governance.severity import Circumstances, circumstances
from scanner.inventory import Inventory
from scanner.model.errors import ConfigError
from scanner.model.finding import Finding
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.pipeline.judging import Judged, Later, Question, asked_types, judge
from scanner.pipeline.reading import Reading, gather
from scanner.pipeline.scopes import Scope, config_at, configs_of, placed
from scanner.ruleset import Ruleset, Selection, facts_asked, select
from scanner.typed import Callable, Collection, Mapping, Sequence


class Looked(NamedTuple):
    """What the scopes hold, the rules that each configuration selects, and what they say.

    ``config_of`` gives the configuration of a path, ``wanted`` are the types and ``asked`` the views that the rules need; ``around``
    tells how bad a finding is where it is, ``loud`` are the files that were read and judged, None for all.
    """

    config_of: Callable[[str], Config]
    selected: Sequence[tuple[Config, Selection]]
    wanted: Wanted
    asked: Sequence[views.View]
    inventory: Inventory
    reading: Reading
    judged: Judged
    around: Circumstances
    loud: frozenset[str] | None = None

    @property
    def ran(self) -> dict[str, Rule]:
        """Every rule that ran, by id."""
        return {rule.id: rule for _, selection in self.selected for rule in selection.rules}


class Asked(NamedTuple):
    """What is to be looked at: the rules that each configuration selects, what raises and lowers severities, views, and types."""

    selected: Sequence[tuple[Config, Selection]]
    weighing: frozenset[str]
    views: Sequence[views.View]
    wanted: Wanted

    def question(self, ruleset: Ruleset, holding: Collection[int]) -> Question:
        """Return what is asked of resources, where these configurations hold (by their ``id()``)."""
        selections = [(one, selection.rules) for one, selection in self.selected if id(one) in holding]
        return Question(ruleset.digest, selections, self.wanted, self.views, self.weighing)


def asked_of(scopes: Sequence[Scope], ruleset: Ruleset) -> Asked:
    """Return what the scopes' configuration asks of them. Raises ConfigError and RuleError."""
    try:
        selected = [(one, select(ruleset, one)) for one in configs_of(scopes)]
    except ConfigError as error:
        raise placed(error, scopes) from None
    rules = {rule.id: rule for _, selection in selected for rule in selection.rules}
    weighing = severity.asked(one for one, _ in selected)
    asked = views.asked(facts_asked(rules.values()) | weighing)
    return Asked(selected, weighing, asked, asked_types(rules.values(), asked))


def look(scopes: Sequence[Scope], ruleset: Ruleset) -> Looked:
    """Read the scopes and judge them by the rules that their configuration selects. Raises ConfigError and RuleError."""
    config_of = config_at(scopes)
    asked = asked_of(scopes, ruleset)
    inventory, reading = gather(scopes, asked.wanted)
    holding = {id(one) for one in reading.configs.values()} or {id(config_of(""))}
    judged, around = _judged(scopes, asked.question(ruleset, holding), inventory, reading)
    return Looked(config_of, asked.selected, asked.wanted, asked.views, inventory, reading, judged, around)


def _judged(scopes: Sequence[Scope], question: Question, inventory: Inventory, reading: Reading) -> tuple[Judged, Circumstances]:
    if len(scopes) == 1 and scopes[0].tree.notes is not None:
        from scanner.pipeline.noting import judge_noted  # for the hook

        return judge_noted(scopes[0], question, inventory, reading)
    facts = {
        id(config): Later([(view, inventory) for view in question.views if not view.across], config) for config, _ in question.selections
    }
    telling = [fact for one in facts.values() for kind in question.weighing for fact in one.get(kind, ())]
    return judge(question.selections, reading.configs, inventory, facts), circumstances(telling)


class Foreign(NamedTuple):
    """Findings of engines that ours do not say already, their rules, problems, and notes on where an engine and we disagree."""

    findings: Sequence[Finding] = ()
    rules: Mapping[str, Rule] = MappingProxyType({})
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()

    def known_to(self, ruleset: Ruleset) -> Ruleset:
        """Return a ruleset in which the ids of engines name their own findings too, so that suppressions reach both."""
        own: dict[str, tuple[tuple[str, str], ...]] = {rule: (*ruleset.aliases.get(rule, ()), (rule, "same")) for rule in self.rules}
        return ruleset._replace(aliases={**ruleset.aliases, **own}) if own else ruleset


def ask(engines: Sequence[str], scopes: Sequence[Scope], looked: Looked) -> Foreign:
    """Return what other engines say about the scopes. Raises ConfigError for one that is unknown or not installed."""
    if not engines:
        return Foreign()
    from scanner.pipeline.foreign import foreign  # few scans ask

    return foreign(engines, scopes, looked)
