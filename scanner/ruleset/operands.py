"""What stands under an operator: a value, ``{param: name}``, ``{path: other}``, or ``{quantity|version|date: …}`` around any of these."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.ruleset import scalars
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Callable

SCALARS: dict[str, Callable[[Any], Any]] = {"quantity": scalars.quantity, "version": scalars.version, "date": scalars.date}


class Operand(NamedTuple):
    """A resolved operand: what both sides are converted by (if by anything), and its value or what reads it."""

    convert: Callable[[Any], Any] | None
    value: Any
    read: Callable[[Subject], Any] | None


def resolve(operand: Any, scope: Scope, at: Pointer) -> Operand:
    """Find out what an operand is. Raises Mistake."""
    scalar = next(iter(operand)) if isinstance(operand, dict) and len(operand) == 1 else None
    if scalar in SCALARS:
        inner = resolve(operand[scalar], scope, (*at, scalar))
        return inner._replace(convert=SCALARS[scalar], value=inner.value if inner.read else _converted(scalar, inner.value, scope, at))
    if scalar == "path":
        return Operand(None, None, compile_path(operand["path"], scope, (*at, "path")).value)
    if isinstance(operand, list):
        return Operand(None, [constant(one, scope, (*at, number)) for number, one in enumerate(operand)], None)
    return Operand(None, constant(operand, scope, at), None)


def constant(operand: Any, scope: Scope, at: Pointer) -> Any:
    """Return a value as it stands, or the parameter that it names. Raises Mistake."""
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
