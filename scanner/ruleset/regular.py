"""Regular expressions that match a whole value in time linear in its length, whatever the pattern: no backtracking.

Automata do it. Most patterns meet short values only, and repeat so little that the standard library's engine is bound to be quick: it
starts five times faster, and is asked instead.
"""

from __future__ import annotations

from scanner import patterns
from scanner.kept import lru_cache
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from scanner.ruleset.automata import Automaton

_MOST_REMEMBERED = 2000
_LONGEST_REMEMBERED = 500
_SHORT = 128
"""Characters of the values that backtracking may be tried on."""
_MOST_CHOICES = 14
"""As a power of two: what backtracking may try on a short value is far below a millisecond."""


class Pattern:
    """A regular expression; its automaton is built when it is first needed."""

    __slots__ = ("_automaton", "_known", "_quick", "_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._automaton: Automaton | None = None
        self._known: dict[str, bool] = {}
        self._quick: re.Pattern[str] | bool | None = None
        self._words: tuple[str, ...] | None = None

    def build(self) -> Automaton:
        """Return the automaton. Raises ValueError for a bad pattern, and for what cannot be matched in linear time."""
        if self._automaton is None:
            from scanner.ruleset.automata import Automaton

            self._automaton = Automaton(self.text)
        return self._automaton

    def matches(self, value: str) -> bool:
        """Tell whether the whole value matches; the same values come again and again."""
        if len(value) > _LONGEST_REMEMBERED:
            return self._long(value)
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            quick = self._backtracking() if len(value) <= _SHORT else False
            found = self._long(value) if isinstance(quick, bool) else quick.fullmatch(value) is not None
            self._known[value] = found
        return found

    def _long(self, value: str) -> bool:
        return self._holds_a_word(value) and self.build().accepts(value)

    def _holds_a_word(self, value: str) -> bool:
        """Tell whether a value holds one of the words without which nothing matches: a look for words is a hundred times faster."""
        if self._words is None:
            self._words = patterns.found("words", self.text, _words)
        folded = value.lower() if value.isascii() else value.upper().lower()
        return any(word in folded for word in self._words)

    def _backtracking(self) -> re.Pattern[str] | bool:
        """Return the pattern for the standard engine, or False where that could be slow."""
        if self._quick is None:
            self._quick = patterns.recalled(self.text) or self._compiled()
        return self._quick

    def _compiled(self) -> re.Pattern[str] | bool:
        return patterns.pattern(self.text) if patterns.found("quick", self.text, _is_quick) else False

    def may_match(self, partial: str) -> bool:
        """Tell whether a text may match of which parts are not known: each U+FFFD in it stands for any text, or for none."""
        return self.build().may_accept(partial)


def _words(text: str) -> tuple[str, ...]:
    from scanner.ruleset.automata import words  # it brings the standard library's parser

    return words(text)


def _is_quick(text: str) -> bool:
    from scanner.ruleset.automata import choices

    return choices(text, _SHORT) <= _MOST_CHOICES


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Return the one pattern of a text; its mistakes show when it is built."""
    return Pattern(text)
