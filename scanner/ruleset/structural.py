"""Operators that look at missing values, or judge something else than the value: exists, empty, via, count."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.logic import Truth, negate
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.operators import entries_of, is_empty
from scanner.ruleset.subject import Subject
from scanner.ruleset.tally import bounded, tally
from scanner.typed import Any, Callable

Judge = Callable[[Any, Subject], Truth]
"""Judges a value, missing (None) and unknown ones too; the subject is what operand paths start from."""
Block = Callable[[Any, Pointer], Judge]
"""Compiles operators of an inner block."""


def _flag(operand: Any, word: str, at: Pointer) -> bool:
    if not isinstance(operand, bool):
        raise Mistake(at, f"{word} takes true or false")
    return operand is not word.startswith("not_")


def exists(operand: Any, word: str, at: Pointer) -> Judge:
    """Judge whether a value is there; an unknown one may be null."""
    wanted = _flag(operand, word, at)

    def judge(value: Any, _: Subject) -> Truth:
        if isinstance(value, Unknown) and not value.not_null:
            return value
        return (value is not None) is wanted

    return judge


def empty(operand: Any, word: str, at: Pointer) -> Judge:
    """Judge whether a value is missing or holds nothing."""
    wanted = _flag(operand, word, at)

    def judge(value: Any, _: Subject) -> Truth:
        if value is None:
            return wanted
        truth = (False if value.filled else value) if isinstance(value, Unknown) else is_empty(value)
        return truth if wanted else negate(truth)

    return judge


def _by_subject(compare: Judge, word: str) -> Judge:
    """Judge what is present and known by what may depend on the subject."""
    negated = word.startswith("not_")

    def judge(value: Any, subject: Subject) -> Truth:
        if value is None or isinstance(value, Unknown):
            return False if value is None else value
        truth = compare(value, subject)
        return negate(truth) if negated else truth

    return judge


def via(operand: Any, word: str, compile_block: Block, at: Pointer) -> Judge:
    """Look a value up in a table and judge what is found there; a dotted one (``1.34.2``) also by what it begins with (``1.34``)."""
    if not isinstance(operand, dict) or set(operand) != {"table", "then"}:
        raise Mistake(at, "via takes {table: …, then: {…}}")
    try:
        entries = entries_of(operand["table"])
    except ValueError as error:
        raise Mistake((*at, "table"), str(error)) from None
    judge = compile_block(operand["then"], (*at, "then"))

    def found(value: Any, subject: Subject) -> Truth:
        key = value
        while isinstance(key, str) and key not in entries and "." in key:
            key = key.rpartition(".")[0]
        if not isinstance(key, str | int) or key not in entries:
            return Unknown(f"the table {operand['table']} has no entry for {value!r}")
        return judge(entries[key], subject)

    return _by_subject(found, word)


def count(operand: Any, word: str, compile_block: Block, at: Pointer) -> Judge:
    """Judge the number of items of a list or map."""
    judge = compile_block(operand, at)

    def number(value: Any, subject: Subject) -> Truth:
        return isinstance(value, list | dict) and bounded(tally(value), lambda number: judge(number, subject), operand)

    return _by_subject(number, word)
