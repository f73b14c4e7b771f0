"""Compiles the right side of a clause, ``{operator: operand, …}``, into one function that judges a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset import scalars
from scanner.ruleset.equality import same
from scanner.ruleset.logic import Truth, every, negate, some
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.operators import OPERATORS, STRUCTURAL, entries_of, is_empty
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.tally import bounded, tally

Judge = Callable[[Any, Subject], Truth]
"""Judges a value, missing (None) and unknown ones too; the subject is what operand paths start from."""

SCALARS: dict[str, Callable[[Any], Any]] = {"quantity": scalars.quantity, "version": scalars.version, "date": scalars.date}
WORDS = (*OPERATORS, *STRUCTURAL, *(f"not_{name}" for name in (*OPERATORS, *STRUCTURAL)), "all", "any", "not", "absent")
_NO_BOOLEANS = ("exists", "empty", "count", "absent")


def compile_block(block: object, scope: Scope, at: Pointer) -> Judge:
    """Compile operators that must all hold; ``absent`` is the value that the platform takes where the key is missing."""
    if not isinstance(block, dict) or not block:
        raise Mistake(at, "a clause needs operators", f"write {{equals: {block}}}" if isinstance(block, str | int | float) else None)
    judges = [_compile(name, operand, scope, (*at, name)) for name, operand in block.items() if name != "absent"]
    judge = judges[0] if len(judges) == 1 else _all(judges)
    return judge if "absent" not in block else _defaulted(judge, block, scope, at)


def _all(judges: list[Judge]) -> Judge:
    return lambda value, subject: every(judge(value, subject) for judge in judges)


def _some(judges: list[Judge]) -> Judge:
    return lambda value, subject: some(judge(value, subject) for judge in judges)


def _defaulted(judge: Judge, block: dict[str, Any], scope: Scope, at: Pointer) -> Judge:
    """Judge the platform's default in place of a missing value.

    A boolean default of a clause that compares no booleans says whether the default satisfies it.
    """
    default = _constant(block["absent"], scope, (*at, "absent"))
    if default is None or len(block) == 1:
        raise Mistake((*at, "absent"), "absent states a default beside an operator, and null is no default")
    if isinstance(default, bool) and not _compares_booleans(block, scope):
        return lambda value, subject: default if value is None else judge(value, subject)
    return lambda value, subject: judge(default if value is None else value, subject)


def _compares_booleans(block: Any, scope: Scope) -> bool:
    if isinstance(block, dict):
        if "param" in block:
            return isinstance(scope.params.get(block["param"]), bool)
        return any(_compares_booleans(inner, scope) for name, inner in block.items() if name not in _NO_BOOLEANS)
    return isinstance(block, bool) or (isinstance(block, list) and any(_compares_booleans(inner, scope) for inner in block))


def _compile(name: object, operand: Any, scope: Scope, at: Pointer) -> Judge:
    if name in ("all", "any"):
        judges = [compile_block(inner, scope, (*at, number)) for number, inner in enumerate(_blocks(operand, at))]
        return (_all if name == "all" else _some)(judges)
    if name == "not":
        inner = compile_block(operand, scope, at)
        return lambda value, subject: negate(inner(value, subject))
    word = str(name)
    plain = word.removeprefix("not_")
    if plain in OPERATORS:
        return _compare(plain, operand, word, scope, at)
    if plain in _SPECIAL:
        return _SPECIAL[plain](operand, word, scope, at)
    raise unknown_word(at, "operator", name, WORDS, key=True)


def _blocks(operand: Any, at: Pointer) -> list[Any]:
    if not isinstance(operand, list) or not operand:
        raise Mistake(at, "a list is expected")
    return operand


class Present:
    """Judges what is present and known: a missing value is false whatever the operator, an unknown one unknown."""

    __slots__ = ("known",)

    def __init__(self, known: Callable[[Any], Truth], word: str) -> None:
        self.known: Callable[[Any], Truth] = (lambda value: negate(known(value))) if word.startswith("not_") else known

    def __call__(self, value: Any, _: Subject) -> Truth:
        """Judge any value."""
        if value is None:
            return False
        return value if isinstance(value, Unknown) else self.known(value)


class _Operand(NamedTuple):
    """A resolved operand: what both sides are converted by (if by anything), and its value or what reads it."""

    convert: Callable[[Any], Any] | None
    value: Any
    read: Callable[[Subject], Any] | None


def _compare(name: str, operand: Any, word: str, scope: Scope, at: Pointer) -> Judge:
    row = OPERATORS[name]
    convert, value, read = _resolve({"path": operand} if row.takes == "path" else operand, scope, at)
    if read is not None:
        return _dynamic(name, convert, read, negated=word.startswith("not_"))
    try:
        prepared = row.prepare(value)
        if row.takes == "pattern" and scope.checking:
            for pattern in prepared:
                pattern.build()
    except ValueError as error:
        raise Mistake(at, f"{name}: {error}") from None
    return Present(_known(row.holds, convert, prepared), word)


def _known(holds: Callable[[Any, Any], Truth], convert: Callable[[Any], Any] | None, operand: Any) -> Callable[[Any], Truth]:
    if convert is not None:
        return lambda value: (converted := convert(value)) is not None and holds(converted, operand)
    if holds is same and isinstance(operand, str | bool):
        return lambda value: value == operand and type(value) is type(operand)
    return lambda value: holds(value, operand)


def _dynamic(name: str, convert: Callable[[Any], Any] | None, read: Callable[[Subject], Any], *, negated: bool) -> Judge:
    """Compare with what another path holds: a missing one is false, an unknown one unknown, one of the wrong type false."""
    prepare, holds = OPERATORS[name].prepare, OPERATORS[name].holds

    def compare(value: Any, operand: Any) -> Truth:
        if convert is not None:
            value, operand = convert(value), convert(operand)
        if value is None or operand is None:
            return False
        try:
            return holds(value, prepare(operand))
        except ValueError:
            return False

    def judge(value: Any, subject: Subject) -> Truth:
        operand = read(subject)
        unknown = value if isinstance(value, Unknown) else operand
        if value is None or isinstance(unknown, Unknown):
            return False if value is None else unknown
        truth = compare(value, operand)
        return negate(truth) if negated else truth

    return judge


def _resolve(operand: Any, scope: Scope, at: Pointer) -> _Operand:
    scalar = next(iter(operand)) if isinstance(operand, dict) and len(operand) == 1 else None
    if scalar in SCALARS:
        inner = _resolve(operand[scalar], scope, (*at, scalar))
        return inner._replace(convert=SCALARS[scalar], value=inner.value if inner.read else _converted(scalar, inner.value, scope, at))
    if scalar == "path":
        return _Operand(None, None, compile_path(operand["path"], scope, (*at, "path")).value)
    if isinstance(operand, list):
        return _Operand(None, [_constant(one, scope, (*at, number)) for number, one in enumerate(operand)], None)
    return _Operand(None, _constant(operand, scope, at), None)


def _constant(operand: Any, scope: Scope, at: Pointer) -> Any:
    if not isinstance(operand, dict) or "param" not in operand:
        return operand
    if operand["param"] not in scope.params or len(operand) > 1:
        raise unknown_word((*at, "param"), "parameter", operand["param"], scope.params)
    return scope.params[operand["param"]]


def _converted(scalar: str, value: Any, scope: Scope, at: Pointer) -> Any:
    value = scope.today if scalar == "date" and value == "today" else value
    converted = [SCALARS[scalar](one) for one in value] if isinstance(value, list) else SCALARS[scalar](value)
    if converted is None or (isinstance(converted, list) and None in converted):
        raise Mistake((*at, scalar), f"{value!r} is no {scalar}")
    return converted


def _flag(operand: Any, word: str, at: Pointer) -> bool:
    if not isinstance(operand, bool):
        raise Mistake(at, f"{word} takes true or false")
    return operand is not word.startswith("not_")


def _exists(operand: Any, word: str, _scope: Scope, at: Pointer) -> Judge:
    wanted = _flag(operand, word, at)

    def judge(value: Any, _: Subject) -> Truth:
        if isinstance(value, Unknown) and not value.not_null:
            return value
        return (value is not None) is wanted

    return judge


def _empty(operand: Any, word: str, _scope: Scope, at: Pointer) -> Judge:
    wanted = _flag(operand, word, at)

    def judge(value: Any, _: Subject) -> Truth:
        if value is None:
            return wanted
        truth = value if isinstance(value, Unknown) else is_empty(value)
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


def _via(operand: Any, word: str, scope: Scope, at: Pointer) -> Judge:
    if not isinstance(operand, dict) or set(operand) != {"table", "then"}:
        raise Mistake(at, "via takes {table: …, then: {…}}")
    try:
        entries = entries_of(operand["table"])
    except ValueError as error:
        raise Mistake((*at, "table"), str(error)) from None
    judge = compile_block(operand["then"], scope, (*at, "then"))

    def found(value: Any, subject: Subject) -> Truth:
        if not isinstance(value, str | int) or value not in entries:
            return Unknown(f"the table {operand['table']} has no entry for {value!r}")
        return judge(entries[value], subject)

    return _by_subject(found, word)


def _count(operand: Any, word: str, scope: Scope, at: Pointer) -> Judge:
    judge = compile_block(operand, scope, at)

    def number(value: Any, subject: Subject) -> Truth:
        return isinstance(value, list | dict) and bounded(tally(value), lambda number: judge(number, subject), operand)

    return _by_subject(number, word)


_SPECIAL: dict[str, Callable[[Any, str, Scope, Pointer], Judge]] = {"exists": _exists, "empty": _empty, "via": _via, "count": _count}
