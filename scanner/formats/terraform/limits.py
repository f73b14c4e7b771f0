"""Bounds on what an evaluation may take. Configuration can describe more than any machine holds; such a value is unknown, and says so."""

from __future__ import annotations

from scanner.formats.terraform.values import EvaluationError, Sensitive, Value

MAX_ROUNDS = 1_000_000
"""Rounds of all loops of one evaluation."""
MAX_TEXT = 4_000_000
"""Characters of one text."""
MAX_WEIGHT = 200_000
"""Parts of one value, a long text counting as many."""
MAX_INSTANCES = 50_000
"""Resource instances of one evaluation."""


class Budget:
    """The rounds that an evaluation has left."""

    __slots__ = ("_left",)

    def __init__(self, rounds: int = MAX_ROUNDS) -> None:
        self._left = rounds

    def spend(self) -> None:
        """Take one round; raise EvaluationError when none is left."""
        self._left -= 1
        if self._left < 0:
            raise EvaluationError("the loops of this evaluation go round too often")


def weigh(value: Value) -> None:
    """Raise EvaluationError for a value of too many parts, however often it shares them."""
    if isinstance(value, tuple | dict | Sensitive):
        _weigh(value, 0)


def _weigh(value: Value, weight: int) -> int:
    weight += 1 if not isinstance(value, str) else 1 + len(value) // 100
    if weight > MAX_WEIGHT:
        raise EvaluationError("the value is too large")
    if isinstance(value, Sensitive):
        return _weigh(value.value, weight)
    if isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            weight = _weigh(item, weight)
    return weight


def bounded(text: Value) -> Value:
    """Return a text, or raise EvaluationError for one that is too long."""
    if isinstance(text, str) and len(text) > MAX_TEXT:
        raise EvaluationError("the text is too long")
    return text
