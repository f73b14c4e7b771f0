"""Compiles a condition tree into two functions: one that judges a subject, fast, and one that tells the places that decided.

``[*]`` means *every* in one polarity and *any* in the other, and each ``not`` flips it, so that denying a condition is requiring its
negation. The places are asked for findings only.
"""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset import logic
from scanner.ruleset.blocks import Present, compile_block
from scanner.ruleset.checks import Check, compile_unique, nested, perhaps, places
from scanner.ruleset.logic import Truth, alike, negate
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.reader import Place, Reader
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.structural import Judge
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable

_ALONE = ("satisfies", "not_satisfies", "unique", "not_unique")


def compile_condition(tree: object, scope: Scope, at: Pointer) -> Check:
    """Compile a condition; ``scope.every`` tells how ``[*]`` is meant. Raises Mistake."""
    if not isinstance(tree, dict) or not tree:
        raise Mistake(at, "a condition is expected: paths with operators, or all, any, not")
    checks = [_compile(key, inner, scope, (*at, key)) for key, inner in tree.items()]
    return checks[0] if len(checks) == 1 else _combine(checks, every=True)


def _compile(key: object, inner: Any, scope: Scope, at: Pointer) -> Check:
    if key == "not":
        return _negation(compile_condition(inner, scope.flipped(), at))
    if key in ("all", "any"):
        if not isinstance(inner, list) or not inner:
            raise Mistake(at, f"{key} takes a list of conditions")
        checks = [compile_condition(one, scope, (*at, number)) for number, one in enumerate(inner)]
        return _combine(checks, every=key == "all")
    if key == "count" and isinstance(inner, dict) and "of" in inner:
        from scanner.ruleset.counting import compile_counting  # few rules count

        return compile_counting(inner, compile_condition, scope, at)
    if key == "breaks":
        from scanner.ruleset.breaks import compile_breaks  # few rules ask others

        return compile_breaks(inner, scope, at)
    return _clause(key, inner, scope, at)


def _combine(checks: list[Check], *, every: bool) -> Check:
    """All of several conditions, or any of them: one that is ``not every`` decides, an unknown one matters where none does."""
    tests = [check.test for check in checks]

    def test(subject: Subject) -> Truth:
        truth: Truth = every
        for one in tests:
            found = one(subject)
            if found is not every:
                if not isinstance(found, Unknown):
                    return found
                truth = found if truth is every else truth
        return truth

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        found = [check.explain(subject) for check in checks]
        truth = (logic.every if every else logic.some)(one for one, _ in found)
        return truth, [place for one, decided in found if alike(one, truth) for place in decided]

    return Check(test, explain)


def _negation(check: Check) -> Check:
    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        truth, decided = check.explain(subject)
        return negate(truth), decided

    return Check(lambda subject: negate(check.test(subject)), explain)


def _clause(path: object, block: Any, scope: Scope, at: Pointer) -> Check:
    word = next((key for key in block if key in _ALONE), None) if isinstance(block, dict) else None
    if word is not None:
        return _alone(path, block, word, scope, at)
    reader = _reader(path, scope, at)
    judge = compile_block(block, scope, at)
    if scope.converts:
        judge = _either(judge)
    return Check(_test(reader, judge, scope.every), _explain(reader, judge, scope.every))


def _either(judge: Judge) -> Judge:
    """Judge what is there or missing, nobody knows which, as both: where these agree, that is the verdict."""

    def verdict(value: Any, subject: Subject) -> Truth:
        if not isinstance(value, Unknown) or value.maybe is None:
            return judge(value, subject)
        there = judge(value.maybe, subject)
        return there if alike(there, judge(None, subject)) else value

    return verdict


def _reader(path: object, scope: Scope, at: Pointer) -> Reader:
    """Compile the path of a clause, which is a key of the rule file."""
    try:
        return compile_path(path, scope, at)
    except Mistake as mistake:
        mistake.key = mistake.at == at
        raise


def _test(reader: Reader, judge: Judge, quantifier: bool) -> Callable[[Subject], Truth]:
    value = reader.value
    if not reader.plural:
        return _single(value, judge)
    decide = logic.every if quantifier else logic.some
    if reader.doubtful:
        return lambda subject: decide(perhaps(judge(entry.value, subject), entry, quantifier) for entry in reader.entries(subject))
    return lambda subject: decide([judge(one, subject) for one in value(subject)])


def _single(value: Callable[[Subject], Any], judge: Judge) -> Callable[[Subject], Truth]:
    if not isinstance(judge, Present):
        return lambda subject: judge(value(subject), subject)
    known = judge.known

    def test(subject: Subject) -> Truth:  # what most of a scan's time is spent on, hence without the call of judge
        found = value(subject)
        if found is None:
            return False
        return judge(found, subject) if isinstance(found, Unknown) else known(found)

    return test


def _explain(reader: Reader, judge: Judge, quantifier: bool) -> Callable[[Subject], tuple[Truth, list[Place]]]:
    decide = logic.every if quantifier or not reader.plural else logic.some

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        judged = [(entry.place, perhaps(judge(entry.value, subject), entry, quantifier)) for entry in reader.entries(subject)]
        truth = decide(one for _, one in judged)
        decided = [place for place, one in judged if alike(one, truth)]
        return truth, places(*(decided or [reader.anchor(subject)]), *(_way(reader, subject) if decided and reader.doubtful else ()))

    return explain


def _way(reader: Reader, subject: Subject) -> list[Place]:
    """Return the attribute by which a subject is joined with those that decided."""
    anchor = reader.anchor(subject)
    return [anchor._replace(way=True)] if anchor is not None and anchor.pointer else []


def _alone(path: object, block: dict[str, Any], word: str, scope: Scope, at: Pointer) -> Check:
    """Compile a clause whose operator looks at places too; it stands alone, but for the verdict on an absent value."""
    absent = block.get("absent", False)
    if not isinstance(absent, bool) or block.keys() - {word, "absent"}:
        raise Mistake(at, f"{word} stands alone in its clause, with absent: true or false at most")
    negated = word.startswith("not_")
    reader = _reader(path, scope, at)
    if word.endswith("unique"):
        unique = compile_unique(reader, block[word], absent is not negated, scope, (*at, word))
        return _negation(unique) if negated else unique
    inner = compile_condition(block[word], scope.nested().flipped() if negated else scope.nested(), (*at, word))
    return nested(reader, _negation(inner) if negated else inner, absent, scope.every)
