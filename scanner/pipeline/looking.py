"""The first half of a scan: what is there, and what the selected rules say about it. What it means is decided afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scanner import views
from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.reading import Wanted
from scanner.model.resource import Fact
from scanner.model.rule import Rule
from scanner.pipeline.judging import Judged, asked_types, derive, judge
from scanner.pipeline.reading import Reading, gather
from scanner.pipeline.scopes import Scope, config_at, configs_of
from scanner.ruleset import Ruleset, Selection, facts_asked, select


class Looked(NamedTuple):
    """What the scopes hold, the rules that each configuration selects, and what they say.

    ``config_of`` gives the configuration of a path, ``wanted`` are the types and ``asked`` the views that the rules need.
    """

    config_of: Callable[[str], Config]
    selected: Sequence[tuple[Config, Selection]]
    wanted: Wanted
    asked: Sequence[views.View]
    inventory: Inventory
    reading: Reading
    facts: Mapping[str, Sequence[Fact]]
    judged: Judged

    @property
    def ran(self) -> dict[str, Rule]:
        """Every rule that ran, by id."""
        return {rule.id: rule for _, selection in self.selected for rule in selection.rules}


def look(scopes: Sequence[Scope], ruleset: Ruleset) -> Looked:
    """Read the scopes and judge them by the rules that their configuration selects. Raises ConfigError and RuleError."""
    config_of = config_at(scopes)
    selected = [(one, select(ruleset, one)) for one in configs_of(scopes)]
    rules = {rule.id: rule for _, selection in selected for rule in selection.rules}
    asked = views.asked(facts_asked(rules.values()))
    wanted = asked_types(rules.values(), asked)
    inventory, reading = gather(scopes, wanted)
    facts = derive(asked, inventory, config_of(""))
    judged = judge([(one, selection.rules) for one, selection in selected], reading.configs, inventory, facts)
    return Looked(config_of, selected, wanted, asked, inventory, reading, facts, judged)
