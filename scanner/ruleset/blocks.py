"""Compiles the right side of a clause, ``{operator: operand, …}``, into one function that judges a value."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.conversion import conversion
from scanner.ruleset.equality import misfit, same
from scanner.ruleset.gaps import Decide, decider
from scanner.ruleset.logic import Truth, every, negate, some
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.operands import constant, resolve
from scanner.ruleset.operators import OPERATORS, STRUCTURAL
from scanner.ruleset.scope import Scope
from scanner.ruleset.structural import Judge, count, empty, exists, via
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable

WORDS = (*OPERATORS, *STRUCTURAL, *(f"not_{name}" for name in (*OPERATORS, *STRUCTURAL)), "all", "any", "not", "absent")
_PRESENCE = {"exists": exists, "empty": empty}
_FURTHER = {"via": via, "count": count}
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
    default = constant(block["absent"], scope, (*at, "absent"))
    if default is None or len(block) == 1:
        raise Mistake((*at, "absent"), "absent states a default beside an operator, and null is no default")
    if isinstance(default, bool) and not _compares_booleans(block, scope):
        return lambda value, subject: default if value is None else judge(value, subject)
    return lambda value, subject: judge(default if value is None else value, subject)


def _compares_booleans(block: Any, scope: Scope) -> bool:
    if isinstance(block, dict):
        if "path" in block:
            return True
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
    if plain in _PRESENCE:
        return _PRESENCE[plain](operand, word, at)
    if plain in _FURTHER:
        return _FURTHER[plain](operand, word, lambda inner, place: compile_block(inner, scope, place), at)
    raise unknown_word(at, "operator", name, WORDS, key=True)


def _blocks(operand: Any, at: Pointer) -> list[Any]:
    if not isinstance(operand, list) or not operand:
        raise Mistake(at, "a list is expected")
    return operand


class Present:
    """Judges what is present and known: a missing value is false whatever the operator, an unknown one unknown.

    ``decide`` tells what is the same for every value that an unknown one can have.
    """

    __slots__ = ("decide", "known", "other")

    def __init__(self, known: Callable[[Any], Truth], word: str, decide: Decide | None = None) -> None:
        self.other = word.startswith("not_")
        self.known: Callable[[Any], Truth] = (lambda value: negate(known(value))) if self.other else known
        self.decide = decide

    def __call__(self, value: Any, _: Subject) -> Truth:
        """Judge any value."""
        if value is None:
            return False
        if not isinstance(value, Unknown):
            return self.known(value)
        decided = None if self.decide is None else self.decide(value)
        return value if decided is None else decided is not self.other


def _compare(name: str, operand: Any, word: str, scope: Scope, at: Pointer) -> Judge:
    row = OPERATORS[name]
    convert, value, read = resolve({"path": operand} if row.takes == "path" else operand, scope, at)
    if scope.converts and convert is None:
        convert = conversion(row.takes, value)
    if read is not None:
        return _dynamic(name, convert, read, negated=word.startswith("not_"))
    try:
        prepared = row.prepare(value)
        if row.takes in ("pattern", "networks") and scope.checking:
            for one in prepared:
                one.build()
    except ValueError as error:
        raise Mistake(at, f"{name}: {error}") from None
    return Present(_known(row.holds, convert, prepared), word, decider(name, prepared))


def _known(holds: Callable[[Any, Any], Truth], convert: Callable[[Any], Any] | None, operand: Any) -> Callable[[Any], Truth]:
    if convert is not None:
        return lambda value: _holds(convert(value), holds, operand)
    if holds is same and isinstance(operand, bool):
        return lambda value: value is operand if isinstance(value, bool) else misfit(value)
    if holds is same and isinstance(operand, str):
        return lambda value: value == operand and type(value) is type(operand)
    return lambda value: holds(value, operand)


def _holds(value: Any, holds: Callable[[Any, Any], Truth], operand: Any) -> Truth:
    return value if isinstance(value, Unknown) else value is not None and holds(value, operand)


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
