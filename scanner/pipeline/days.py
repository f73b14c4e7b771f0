"""Days that give the same answers: no date that anything is compared with lies between them."""

from __future__ import annotations

from scanner import tables, views
from scanner.config import Config
from scanner.patterns import pattern
from scanner.ruleset import Ruleset
from scanner.typed import Collection, Iterable

_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"


def compared(ruleset: Ruleset, configs: Iterable[Config]) -> frozenset[str] | None:
    """Return every date that rules, views and configuration compare a day with; None where a rule does with what it reads."""
    if ruleset.dated is None:
        return None
    held = [*ruleset.dated, *(name for view in views.declared() for name in view.dated)]
    texts = [*(repr(tables.table(name)) for name in held), *(repr(config._replace(today="")) for config in configs)]
    return frozenset(date for text in texts for date in pattern(_DATE).findall(text))


def alike(one: str, other: str, dates: Collection[str] | None) -> bool:
    """Tell whether two days (ISO) lie at the same place among dates; without dates, whether they are the same."""
    return one == other or (dates is not None and all((one <= date, one < date) == (other <= date, other < date) for date in dates))
