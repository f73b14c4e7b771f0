"""Tests of one character, made of what the standard library's parser of regular expressions says of it."""

from __future__ import annotations

from re import _constants as c  # type: ignore[attr-defined]

from scanner.model.record import NamedTuple
from scanner.typed import Any, Callable, Mapping

Fits = Callable[[str], bool]


class Characters(NamedTuple):
    """What single characters mean in a dialect: its ``categories`` (digits and the like), and the error for an operation beyond them."""

    categories: Mapping[Any, Fits]
    refusal: Callable[[Any], Exception]

    def test(self, operation: Any, argument: Any, *, fold: bool, dotall: bool) -> Fits:
        """Return the test of one item of a pattern. Raises a ``refusal``."""
        if operation is c.ANY:
            return (lambda _: True) if dotall else "\n".__ne__
        if operation is c.NOT_LITERAL:
            argument, operation = [(c.NEGATE, None), (c.LITERAL, argument)], c.IN
        if operation is not c.IN:
            return _folded(self._member(operation, argument), fold=fold)
        negated = argument[0][0] is c.NEGATE
        tests = [_folded(self._member(*member), fold=fold) for member in argument[negated:]]
        return lambda char: any(test(char) for test in tests) is not negated

    def _member(self, operation: Any, argument: Any) -> Fits:
        if operation is c.LITERAL:
            return chr(argument).__eq__
        if operation is c.RANGE:
            low, high = map(chr, argument)
            return lambda char: low <= char <= high
        if operation is c.CATEGORY and argument in self.categories:
            return self.categories[argument]
        raise self.refusal(operation)


def _folded(test: Fits, *, fold: bool) -> Fits:
    return (lambda char: test(char) or test(char.lower()) or test(char.upper())) if fold else test
