"""Derived facts, one module or package each, found by walking this package.

A view module has

* ``FACTS``: the names of the facts it gives (``("permission",)``);
* ``READS``: the resource types it looks at, so that they are parsed or listed;
* ``facts(inventory: Inventory, config: Config) -> Sequence[Fact]``: pure, deterministic in order;
* ``ACROSS`` (optional): it compares a running platform with the sources, and sees both in one inventory;
* ``UNSEEN`` (optional): attributes of workloads that it never looks at, as ``pipeline.picture.field_of`` writes them: when nothing else
  changes, what it said before holds. ``tests/views/test_unseen.py`` changes them and finds the facts unchanged;
* ``UNSEEN_WITHOUT`` (optional): facts (a word each) → further attributes that it looks at only where there are such facts;
* ``UNSEEN_IDLE`` (optional): tests of ``views/idle.py``: it does not look at a change either of which one of these is true;
* ``DATED`` (optional): tables with whose dates it compares the day; others than these and those of configuration it does not.

Importing a view costs start-up time, so what each one gives and reads is remembered, and only those that are asked are imported.
"""

from __future__ import annotations

from importlib import import_module

from scanner import registry
from scanner.cache import remember
from scanner.model.record import NamedTuple
from scanner.typed import Any, Collection


class View(NamedTuple):
    """A view by what it declares; ``module`` is its dotted name, ``across`` that it sees sources and a running platform together.

    ``unseen`` is what it does not look at, ``without`` what it does not look at either where there is no fact of some names, ``idle`` are
    tests that tell of a change that it does not look at it, ``dated`` tables with whose dates it compares the day.
    """

    module: str
    facts: tuple[str, ...]
    reads: tuple[str, ...]
    across: bool = False
    unseen: tuple[str, ...] = ()
    without: tuple[tuple[str, tuple[str, ...]], ...] = ()
    idle: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()

    def blind_to(self, found: Collection[str]) -> frozenset[str]:
        """Return what it did not look at where it gave these facts."""
        return frozenset(self.unseen).union(*(fields for facts, fields in self.without if not any(fact in found for fact in facts.split())))

    def load(self) -> Any:
        """Import the view's module."""
        return import_module(self.module)


def declared() -> tuple[View, ...]:
    """Return all views, sorted by module name."""
    return tuple(View(*row) for row in remember("views", registry.files(__name__), _declarations))


def asked(facts: Collection[str]) -> tuple[View, ...]:
    """Return the views that give any of these facts."""
    return tuple(view for view in declared() if any(name in facts for name in view.facts))


def _declarations() -> list[tuple[Any, ...]]:
    found = registry.declaring(__name__, "FACTS")
    unseen = [
        (
            tuple(getattr(one, "UNSEEN", ())), tuple(getattr(one, "UNSEEN_WITHOUT", {}).items()), tuple(getattr(one, "UNSEEN_IDLE", ())),
            tuple(getattr(one, "DATED", ())),
        )
        for one in found
    ]  # fmt: skip
    rows = [(one.__name__, tuple(one.FACTS), tuple(sorted(one.READS)), getattr(one, "ACROSS", False)) for one in found]
    return [(*row, *more) for row, more in zip(rows, unseen, strict=True)]
