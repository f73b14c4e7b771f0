"""Compiles a condition tree into two functions: one that judges a subject, fast, and one that tells the places that decided.

``[*]`` means *every* in one polarity and *any* in the other, and each ``not`` flips it, so that denying a condition is requiring its
negation. The places are asked for findings only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.blocks import Judge, Tally, compile_block, compile_tally
from scanner.ruleset.checks import Check, compile_unique
from scanner.ruleset.logic import Truth, alike, every, negate, some
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.readers import Entry, Place, Reader, compile_path, inside
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject


_ALONE = ("satisfies", "not_satisfies", "unique", "not_unique")


def compile_condition(tree: object, quantifier: bool, scope: Scope, at: Pointer) -> Check:
    """Compile a condition; ``quantifier`` is True where ``[*]`` means every, False where it means any."""
    if not isinstance(tree, dict) or not tree:
        raise Mistake(at, "a condition is expected: paths with operators, or all, any, not")
    checks = [_compile(key, inner, quantifier, scope, (*at, key)) for key, inner in tree.items()]
    return checks[0] if len(checks) == 1 else _combine(every, checks)


def _compile(key: object, inner: Any, quantifier: bool, scope: Scope, at: Pointer) -> Check:
    if key == "not":
        return _negation(compile_condition(inner, not quantifier, scope, at))
    if key == "all" or key == "any":
        if not isinstance(inner, list) or not inner:
            raise Mistake(at, f"{key} takes a list of conditions")
        checks = [compile_condition(one, quantifier, scope, (*at, number)) for number, one in enumerate(inner)]
        return _combine(every if key == "all" else some, checks)
    if key == "count" and isinstance(inner, dict) and "of" in inner:
        return _counting(inner, scope, at)
    return _clause(key, inner, quantifier, scope, at)


def _combine(logic: Callable[[Iterable[Truth]], Truth], checks: list[Check]) -> Check:
    tests = [check.test for check in checks]

    def test(subject: Subject) -> Truth:
        return logic(test(subject) for test in tests)

    def why(subject: Subject, truth: Truth) -> list[Place]:
        return [place for check in checks if alike(check.test(subject), truth) for place in check.why(subject, truth)]

    return Check(test, why)


def _negation(check: Check) -> Check:
    return Check(lambda subject: negate(check.test(subject)), lambda subject, truth: check.why(subject, negate(truth)))


def _clause(path: object, block: Any, quantifier: bool, scope: Scope, at: Pointer) -> Check:
    word = next((key for key in block if key in _ALONE), None) if isinstance(block, dict) else None
    if word is not None:
        return _alone(path, block, word, quantifier, scope, at)
    reader = compile_path(path, scope, at)
    judge = compile_block(block, scope, at)
    return Check(_test(reader, judge, quantifier), _why(reader, judge, quantifier))


def _test(reader: Reader, judge: Judge, quantifier: bool) -> Callable[[Subject], Truth]:
    value = reader.value
    if not reader.plural:
        return lambda subject: judge(value(subject), subject)
    logic = every if quantifier else some
    if reader.doubtful:
        return lambda subject: logic(_perhaps(judge(entry.value, subject), entry, quantifier) for entry in reader.entries(subject))
    return lambda subject: logic(judge(one, subject) for one in value(subject))


def _perhaps(truth: Truth, entry: Entry, quantifier: bool) -> Truth:
    """What is only perhaps one of ours cannot decide: its verdict counts only where it changes nothing."""
    return truth if entry.doubt is None or truth is quantifier else entry.doubt


def _why(reader: Reader, judge: Judge, quantifier: bool) -> Callable[[Subject, Truth], list[Place]]:
    def why(subject: Subject, truth: Truth) -> list[Place]:
        entries = list(reader.entries(subject))
        decided = [entry for entry in entries if alike(_perhaps(judge(entry.value, subject), entry, quantifier), truth)]
        places = [entry.place for entry in decided] if decided else [reader.anchor(subject)]
        return [place for place in places if place is not None]

    return why


def _alone(path: object, block: dict[str, Any], word: str, quantifier: bool, scope: Scope, at: Pointer) -> Check:
    """Compile a clause whose operator looks at places too; it stands alone, but for the verdict on an absent value."""
    absent = block.get("absent", False)
    if not isinstance(absent, bool) or block.keys() > {word, "absent"}:
        raise Mistake(at, f"{word} stands alone in its clause, with absent: true or false at most")
    if word.endswith("unique"):
        unique = compile_unique(path, block[word], absent is not word.startswith("not_"), scope, (*at, word))
        return unique if word == "unique" else _negation(unique)
    return _nested(path, block[word], word, absent, quantifier, scope, at)


def _nested(path: object, tree: Any, word: str, absent: bool, quantifier: bool, scope: Scope, at: Pointer) -> Check:
    """A condition whose paths start at the value: all its clauses speak of the same item."""
    negated = word.startswith("not_")
    reader = compile_path(path, scope, at)
    inner = compile_condition(tree, quantifier is not negated, scope.nested(), (*at, word))
    inner = _negation(inner) if negated else inner

    def truth_of(entry: Entry, subject: Subject) -> Truth:
        if entry.value is None:
            return absent
        truth = entry.value if isinstance(entry.value, Unknown) else inner.test(inside(entry, subject))
        return _perhaps(truth, entry, quantifier)

    def test(subject: Subject) -> Truth:
        return (every if quantifier or not reader.plural else some)(truth_of(entry, subject) for entry in reader.entries(subject))

    def why(subject: Subject, truth: Truth) -> list[Place]:
        decided = [entry for entry in reader.entries(subject) if alike(truth_of(entry, subject), truth)]
        found = [place for entry in decided for place in _deeper(inner, entry, subject, truth)]
        anchor = reader.anchor(subject)
        return found or ([anchor] if anchor is not None else [])

    return Check(test, why)


def _deeper(inner: Check, entry: Entry, subject: Subject, truth: Truth) -> list[Place]:
    if isinstance(entry.value, Unknown) or entry.value is None or isinstance(truth, Unknown) and entry.doubt is not None:
        return [entry.place] if entry.place else []
    return inner.why(inside(entry, subject), truth)


def _counting(block: dict[str, Any], scope: Scope, at: Pointer) -> Check:
    """``count: {of: path, where: …, gte: 2}``: how many items there are; a missing list has none."""
    reader = compile_path(block["of"], scope, (*at, "of"))
    where = compile_condition(block["where"], False, scope.nested(), (*at, "where")) if "where" in block else None
    decide = compile_tally({name: operand for name, operand in block.items() if name not in ("of", "where")}, scope, at)

    def test(subject: Subject) -> Truth:
        items = _items_of(reader, subject)
        if isinstance(items, Unknown):
            return items
        return decide(_tally(items, where, subject), subject)

    def why(subject: Subject, _truth: Truth) -> list[Place]:
        anchor = next((entry.place for entry in reader.entries(subject) if not reader.plural), None) or reader.anchor(subject)
        return [anchor] if anchor is not None else []

    return Check(test, why)


def _items_of(reader: Reader, subject: Subject) -> list[Entry] | Unknown:
    entries = list(reader.entries(subject))
    if reader.plural:
        return [entry for entry in entries if entry.value is not None]
    value = entries[0].value
    if isinstance(value, Unknown):
        return value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [Entry(entries[0].place, item) for item in items]


def _tally(items: list[Entry], where: Check | None, subject: Subject) -> Tally:
    truths = [_counts(entry, where, subject) for entry in items]
    doubts = [truth for truth in truths if isinstance(truth, Unknown)]
    sure = sum(truth is True for truth in truths)
    further = any(doubt.kind == "items" for doubt in doubts)
    return Tally(sure, None if further else sure + len(doubts), doubts[0] if doubts else None)


def _counts(entry: Entry, where: Check | None, subject: Subject) -> Truth:
    if entry.doubt is not None:
        return entry.doubt
    if isinstance(entry.value, Unknown) and (where is not None or entry.value.kind == "items"):
        return entry.value
    return where is None or where.test(inside(entry, subject))
