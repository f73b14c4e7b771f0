"""Regular expressions that match a whole value in time linear in its length, whatever the pattern: no backtracking.

A pattern becomes a nondeterministic automaton (Thompson's construction), which is run as a deterministic one whose states are made when
they are first met. Back references and look-around have no such automaton and are refused. Most patterns meet short values only, and repeat
so little that the standard library's engine is bound to be quick: it starts five times faster, and is asked instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import inf, log2
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from scanner import patterns
from scanner.model.record import NamedTuple
from scanner.model.unknown import UNKNOWN_TEXT

MOST_STATES = 5000
"""Largest automaton, after repetitions are written out."""
_MOST_REMEMBERED = 2000
_LONGEST_REMEMBERED = 500
_SHORT = 128
"""Characters of the values that backtracking may be tried on."""
_MOST_CHOICES = 16
"""As a power of two: what backtracking may try on a short value is far below a millisecond."""

_MOST_SPELLINGS = 8

Fits = Callable[[str], bool]
_Set = frozenset[int]

_CATEGORIES: dict[Any, Fits] = {
    c.CATEGORY_DIGIT: str.isdecimal,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    c.CATEGORY_NOT_DIGIT: lambda char: not char.isdecimal(),
    c.CATEGORY_NOT_SPACE: lambda char: not char.isspace(),
    c.CATEGORY_NOT_WORD: lambda char: not (char.isalnum() or char == "_"),
}


class _Flags(NamedTuple):
    fold: bool
    dotall: bool

    def changed(self, added: int, removed: int) -> _Flags:
        """Return the flags inside a group that turns some on and off."""
        fold, dotall = (
            bool((was or added & flag) and not removed & flag) for was, flag in zip(self, (re.IGNORECASE, re.DOTALL), strict=True)
        )
        return _Flags(fold, dotall)


class Pattern:
    """A regular expression; its automaton is built when it is first used, and a table of deterministic states grows from then on."""

    __slots__ = ("_edges", "_epsilon", "_final", "_known", "_quick", "_start", "_tables", "_words", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._edges: list[tuple[Fits, int] | None] = []
        self._epsilon: list[list[int]] = []
        self._start: _Set | None = None
        self._final = 0
        self._tables: dict[_Set, dict[str, _Set]] = {}
        self._known: dict[str, bool] = {}
        self._quick: re.Pattern[str] | bool | None = None
        self._words: tuple[str, ...] | None = None

    def build(self) -> _Set:
        """Return the automaton's start. Raises ValueError for a bad pattern, and for what cannot be matched in linear time."""
        if self._start is None:
            try:
                tree = parser.parse(self.text)
                first = self._state()
                flags = _Flags(fold=False, dotall=False).changed(tree.state.flags, 0)
                self._final = self._sequence(_whole(list(tree)), first, flags)
            except (re.error, OverflowError, RecursionError) as error:
                raise ValueError(str(error)) from None
            self._start = self._closure({first})
        return self._start

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
        return self._holds_a_word(value) and self._run(value)

    def _holds_a_word(self, value: str) -> bool:
        """Tell whether a value holds one of the words without which nothing matches: a look for words is a hundred times faster."""
        if self._words is None:
            tree = parser.parse(self.text)
            self._words = tuple(word.lower() for word in _words(tree) or ("",))
        folded = value.upper().lower()
        return any(word in folded for word in self._words)

    def _backtracking(self) -> re.Pattern[str] | bool:
        """Return the pattern for the standard engine, or False where that could be slow."""
        if self._quick is None:
            self._quick = patterns.recalled(self.text) or self._compiled()
        return self._quick

    def _compiled(self) -> re.Pattern[str] | bool:
        return patterns.pattern(self.text) if _choices(parser.parse(self.text)) <= _MOST_CHOICES else False

    def _run(self, value: str) -> bool:
        states = self.build()
        for char in value:
            table = self._tables.get(states)
            if table is None:
                table = self._remember(states)
            following = table.get(char)
            if following is None:
                following = table[char] = self._step(states, char)
            if not following:
                return False
            states = following
        return self._final in states

    def may_match(self, partial: str) -> bool:
        """Tell whether a text may match of which parts are not known: each U+FFFD in it stands for any text, or for none."""
        states = self.build()
        for char in partial:
            states = self._anything(states) if char == UNKNOWN_TEXT else self._step(states, char)
        return self._final in states

    def _anything(self, states: _Set) -> _Set:
        """Return every state that some text leads to from these."""
        while not (reached := self._closure({edge[1] for state in states if (edge := self._edges[state]) is not None})) <= states:
            states |= reached
        return states

    def _remember(self, states: _Set) -> dict[str, _Set]:
        if len(self._tables) >= _MOST_REMEMBERED:
            self._tables.clear()
        return self._tables.setdefault(states, {})

    def _step(self, states: _Set, char: str) -> _Set:
        reached = {edge[1] for state in states if (edge := self._edges[state]) is not None and edge[0](char)}
        return self._closure(reached)

    def _closure(self, states: set[int]) -> _Set:
        pending = list(states)
        while pending:
            for state in self._epsilon[pending.pop()]:
                if state not in states:
                    states.add(state)
                    pending.append(state)
        return frozenset(states)

    def _state(self) -> int:
        if len(self._edges) >= MOST_STATES:
            raise ValueError(f"the pattern needs more than {MOST_STATES} states: make its repetitions smaller")
        self._edges.append(None)
        self._epsilon.append([])
        return len(self._edges) - 1

    def _sequence(self, items: Any, state: int, flags: _Flags) -> int:
        for operation, argument in items:
            state = self._item(operation, argument, state, flags)
        return state

    def _item(self, operation: Any, argument: Any, state: int, flags: _Flags) -> int:
        if operation is c.BRANCH:
            return self._branch(argument[1], state, flags)
        if operation is c.SUBPATTERN:
            _, added, removed, inner = argument
            return self._sequence(inner, state, flags.changed(added, removed))
        if operation in (c.MAX_REPEAT, c.MIN_REPEAT):
            return self._repeat(argument, state, flags)
        return self._edge(_fits(operation, argument, flags), state)

    def _edge(self, fits: Fits, state: int) -> int:
        before, after = self._state(), self._state()
        self._epsilon[state].append(before)
        self._edges[before] = (fits, after)
        return after

    def _branch(self, ways: Any, state: int, flags: _Flags) -> int:
        after = self._state()
        for way in ways:
            self._epsilon[state].append(start := self._state())
            self._epsilon[self._sequence(way, start, flags)].append(after)
        return after

    def _repeat(self, argument: Any, state: int, flags: _Flags) -> int:
        least, most, inner = argument
        for _ in range(least):
            state = self._sequence(inner, state, flags)
        after = self._state()
        if most is c.MAXREPEAT:
            self._epsilon[state].append(loop := self._state())
            self._epsilon[self._sequence(inner, loop, flags)].append(loop)
            state = loop
        else:
            for _ in range(most - least):
                self._epsilon[state].append(after)
                state = self._sequence(inner, state, flags)
        self._epsilon[state].append(after)
        return after


def _choices(items: Any) -> float:
    """Return in how many ways, as a power of two, backtracking may try to match a short value."""
    return sum(_choices_of(operation, argument) for operation, argument in items)


def _choices_of(operation: Any, argument: Any) -> float:
    if operation is c.BRANCH:
        ways = argument[1]
        firsts = {way[0][1] if len(way) and way[0][0] is c.LITERAL else None for way in ways}
        return max(map(_choices, ways)) + (0 if len(firsts) == len(ways) and None not in firsts else log2(len(ways)))
    if operation is c.SUBPATTERN:
        return _choices(argument[3])
    if operation not in (c.MAX_REPEAT, c.MIN_REPEAT):
        return 0
    least, most, inner = argument
    within = _choices(inner)
    if least == most:
        return int(most) * within
    if most == 1:
        return within + 1
    return log2(min(most, _SHORT) - min(least, _SHORT) + 1) if within == 0 else inf


def _words(items: Any) -> set[str] | None:
    """Return words one of which stands in whatever matches, None where none are known; of several such sets the longest words."""
    found: list[set[str]] = []
    run = {""}
    for operation, argument in items:
        spelt = _spelt(operation, argument)
        if spelt is not None and len(run) * len(spelt) <= _MOST_SPELLINGS:
            run = {before + one for before in run for one in spelt}
            continue
        found += [run, _words_inside(operation, argument) or {""}]
        run = {""}
    best = max([*found, run], key=lambda words: min(map(len, words)))
    return best if min(map(len, best)) and all(map(str.isascii, best)) else None


def _spelt(operation: Any, argument: Any) -> set[str] | None:
    """Return how one letter, there or not, may be written."""
    if operation is c.LITERAL:
        return {chr(argument)}
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT) and argument[:2] == (0, 1) and [one for one, _ in argument[2]] == [c.LITERAL]:
        return {"", chr(argument[2][0][1])}
    return None


def _words_inside(operation: Any, argument: Any) -> set[str] | None:
    if operation is c.BRANCH:
        ways = [_words(way) for way in argument[1]]
        return None if None in ways else set().union(*(way for way in ways if way))
    if operation is c.SUBPATTERN:
        return _words(argument[3])
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT) and argument[0] > 0:
        return _words(argument[2])
    return None


def _whole(items: list[Any]) -> list[Any]:
    """Leave out ``^`` at the start and ``$`` at the end: a whole match means them anyway."""
    if items and items[0] in ((c.AT, c.AT_BEGINNING), (c.AT, c.AT_BEGINNING_STRING)):
        items = items[1:]
    if items and items[-1] in ((c.AT, c.AT_END), (c.AT, c.AT_END_STRING)):
        items = items[:-1]
    return items


def _fits(operation: Any, argument: Any, flags: _Flags) -> Fits:
    if operation is c.ANY:
        return (lambda _: True) if flags.dotall else "\n".__ne__
    if operation is c.NOT_LITERAL:
        return _class([(c.NEGATE, None), (c.LITERAL, argument)], flags)
    if operation is c.IN:
        return _class(argument, flags)
    return _folded(_member(operation, argument), flags)


def _class(members: Any, flags: _Flags) -> Fits:
    negated = members[0][0] is c.NEGATE
    tests = [_folded(_member(operation, argument), flags) for operation, argument in members[negated:]]
    return lambda char: any(test(char) for test in tests) is not negated


def _folded(test: Fits, flags: _Flags) -> Fits:
    return (lambda char: test(char) or test(char.lower()) or test(char.upper())) if flags.fold else test


def _member(operation: Any, argument: Any) -> Fits:
    if operation is c.LITERAL:
        return chr(argument).__eq__
    if operation is c.RANGE:
        low, high = map(chr, argument)
        return lambda char: low <= char <= high
    if operation is c.CATEGORY and argument in _CATEGORIES:
        return _CATEGORIES[argument]
    word = "^, $ and \\b inside a pattern" if operation is c.AT else str(operation).lower()
    raise ValueError(f"{word} cannot be matched in linear time here: no anchors, no back references, no look-around")


@lru_cache(maxsize=512)
def pattern(text: str) -> Pattern:
    """Return the one pattern of a text; its mistakes show when it is built."""
    return Pattern(text)
