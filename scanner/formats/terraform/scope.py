"""What names mean where an expression stands: the module instance it is in, and what ``each``, ``count`` or a loop bind."""

from __future__ import annotations

from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.values import Value
from scanner.model.reading import Tree
from scanner.model.record import NamedTuple
from scanner.syntax.hcl.nodes import Expression
from scanner.typed import Any, Mapping, Protocol

SPLAT_ITEM = "*"
"""The name under which a splat binds the item it looks at."""


class Names(Protocol):
    """Where names come from that no loop binds."""

    @property
    def tree(self) -> Tree:
        """The files that functions may read."""
        ...

    @property
    def folder(self) -> str:
        """The folder that their paths are relative to."""
        ...

    @property
    def functions(self) -> Mapping[str, Any]:
        """Functions that there are besides the built-in ones, by name."""
        ...

    @property
    def budget(self) -> Budget:
        """The rounds that loops have left."""
        ...

    def root(self, name: str) -> Value:
        """Return what a reference that begins with this name looks into; raise EvaluationError."""
        ...


class Scope(NamedTuple):
    """``bound`` are loop variables, ``each``, ``count``, ``self``; everything else is the module's.

    ``origins`` says which collection a bound name runs over, for those who ask where a value comes from.
    """

    module: Names
    bound: Mapping[str, Value] = {}
    origins: Mapping[str, Origin] = {}

    def within(self, bound: Mapping[str, Value], origins: Mapping[str, Origin]) -> Scope:
        """Return a scope in which further names are bound."""
        return Scope(self.module, {**self.bound, **bound}, {**self.origins, **origins})


class Origin(NamedTuple):
    """The collection behind a loop's name. ``key`` is None where the name is bound to ``{key, value}``, as ``each`` is."""

    node: Expression
    scope: Scope
    key: Value = None
