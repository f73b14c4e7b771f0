"""Regular expressions as automata: what a pattern accepts, and what can be said of it, in time linear in the text.

A pattern becomes a nondeterministic automaton (Thompson's construction), which is run as a deterministic one whose states are made when
they are first met. Back references and look-around have no such automaton and are refused.
"""

from __future__ import annotations

import re
from math import inf, log2
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

from scanner.model.record import NamedTuple
from scanner.model.unknown import UNKNOWN_TEXT
from scanner.syntax.characters import Characters, Fits
from scanner.typed import Any

MOST_STATES = 5000
"""Largest automaton, after repetitions are written out."""
_MOST_REMEMBERED = 2000
_MOST_SPELLINGS = 8

_ASCII = 128
_AGAIN = (c.ANY, None)
"""Stands behind what is repeated: it may begin again, or end."""
_SINGLE = (c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY)

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


class Automaton:
    """What a pattern accepts; a table of deterministic states grows as texts are read. Raises ValueError for a bad pattern."""

    __slots__ = ("_edges", "_epsilon", "_final", "_start", "_tables")

    def __init__(self, text: str) -> None:
        self._edges: list[tuple[Fits, int] | None] = []
        self._epsilon: list[list[int]] = []
        self._tables: dict[_Set, dict[str, _Set]] = {}
        try:
            tree = parser.parse(text)
            first = self._state()
            flags = _Flags(fold=False, dotall=False).changed(tree.state.flags, 0)
            self._final = self._sequence(_whole(list(tree)), first, flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise ValueError(str(error)) from None
        self._start = self._closure({first})

    def accepts(self, value: str) -> bool:
        """Tell whether it accepts the whole value."""
        states = self._start
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

    def may_accept(self, partial: str) -> bool:
        """Tell whether it may accept a text of which parts are not known: each U+FFFD in it stands for any text, or for none."""
        states = self._start
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
        return self._edge(_CHARACTERS.test(operation, argument, fold=flags.fold, dotall=flags.dotall), state)

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


def choices(text: str, longest: int) -> float:
    """Return in how many ways, as a power of two, backtracking may try to match a value of so many characters."""
    return _choices(parser.parse(text), [], longest)


def words(text: str) -> tuple[str, ...]:
    """Return words in lower case one of which stands in whatever a pattern matches, however written; one empty word: none is known."""
    return tuple(word.lower() for word in _words(parser.parse(text)) or ("",))


def _choices(items: Any, behind: list[Any], longest: int) -> float:
    """Return the choices of items in a row; ``behind`` is what follows them, up to the end."""
    listed = list(items)
    return sum(_choices_of(item, listed[at + 1 :] + behind, longest) for at, item in enumerate(listed))


def _choices_of(item: Any, behind: list[Any], longest: int) -> float:
    operation, argument = item
    if operation is c.BRANCH:
        return _choices_of_ways(argument[1], behind, longest)
    if operation is c.SUBPATTERN:
        return _choices(argument[3], behind, longest)
    if operation not in (c.MAX_REPEAT, c.MIN_REPEAT):
        return 0
    least, most, inner = argument
    if least == most:
        return int(most) * _choices(inner, [_AGAIN], longest)
    if _apart(list(inner), behind):
        return 0
    within = _choices(inner, behind if most == 1 else [_AGAIN], longest)
    if most == 1:
        return within + 1
    return log2(min(most, longest) - min(least, longest) + 1) if within == 0 else inf


def _choices_of_ways(ways: Any, behind: list[Any], longest: int) -> float:
    each = [_choices(way, behind, longest) for way in ways]
    firsts = {way[0][1] if len(way) and way[0][0] is c.LITERAL else None for way in ways}
    return max(each) if len(firsts) == len(ways) and None not in firsts else log2(sum(2**one for one in each))


def _apart(repeated: list[Any], behind: list[Any]) -> bool:
    """Tell whether what follows cannot begin with a character that is repeated before it: then a repetition ends in one way."""
    spelt = _firsts(behind)
    if len(repeated) != 1 or repeated[0][0] not in _SINGLE or spelt is None:
        return False
    operation, argument = repeated[0]
    fits = _CHARACTERS.test(operation, argument, fold=True, dotall=True)
    return not any(map(fits, spelt))


def _firsts(items: Any) -> set[str] | None:
    """Return the characters that items in a row can begin with; None where there are too many to tell."""
    found: set[str] = set()
    for operation, argument in items:
        optional = operation in (c.MAX_REPEAT, c.MIN_REPEAT) and argument[0] == 0
        here = _first(operation, argument)
        if here is None or (not here and not optional):
            return None
        found |= here
        if not optional:
            return found
    return found


def _first(operation: Any, argument: Any) -> set[str] | None:
    if operation is c.LITERAL:
        return {chr(argument)}
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT, c.SUBPATTERN):
        return _firsts(argument[-1])
    if operation is c.BRANCH:
        each = [_firsts(way) for way in argument[1]]
        return set().union(*(one or () for one in each)) if all(each) else None
    if operation is not c.IN or any(kind not in (c.LITERAL, c.RANGE) for kind, _ in argument):
        return None
    ranges = [value if kind is c.RANGE else (value, value) for kind, value in argument]
    return {chr(one) for low, high in ranges for one in range(low, high + 1)} if max(ranges)[1] < _ASCII else None


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


def _refusal(operation: Any) -> ValueError:
    word = "^, $ and \\b inside a pattern" if operation is c.AT else str(operation).lower()
    return ValueError(f"{word} cannot be matched in linear time here: no anchors, no back references, no look-around")


_CHARACTERS = Characters(_CATEGORIES, _refusal)
