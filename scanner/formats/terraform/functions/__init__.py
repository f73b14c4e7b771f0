"""The built-in functions of Terraform 1.11 and OpenTofu 1.10, by area, and how they are called.

https://developer.hashicorp.com/terraform/language/functions and https://opentofu.org/docs/language/functions/
"""

from __future__ import annotations

from scanner.formats.terraform.functions.signature import Function
from scanner.formats.terraform.limits import bounded, weigh
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.types import convert
from scanner.formats.terraform.values import (
    EvaluationError,
    Lazy,
    Sensitive,
    Set,
    Value,
    first_unknown,
    like,
    marked,
    plain,
    reveal,
    unknown_text,
)  # fmt: skip
from scanner.kept import cache
from scanner.model.unknown import UNKNOWN_TEXT, Unknown
from scanner.syntax.hcl.nodes import Call, Expression, Get, Index, Root, Splat
from scanner.typed import Any, Callable

Evaluate = Callable[[Expression, Scope], Value]


@cache
def functions() -> dict[str, Function]:
    """Return every function by name."""
    from scanner.formats.terraform.functions import (
        collections,
        encoding,
        files,
        hashes,
        lists,
        networks,
        numeric,
        sets,
        strings,
        times,
        types,
    )

    found: dict[str, Function] = {}
    for area in (collections, encoding, files, hashes, lists, networks, numeric, sets, strings, times, types):
        found.update(area.FUNCTIONS)
    return found


def call(node: Call, scope: Scope, evaluate: Evaluate) -> Value:
    """Call a built-in function; raise EvaluationError where there is none or it refuses its arguments."""
    name = node.name.removeprefix("core::")
    if name == "try":
        return _try(node, scope, evaluate)
    if name == "can":
        return _can(node, scope, evaluate)
    function = functions().get(name) or scope.module.functions.get(name)
    if function is None:
        return _foreign(name)
    arguments = _arguments(node, scope, evaluate)
    return arguments if isinstance(arguments, Unknown) else apply(function, arguments, scope)


def _foreign(name: str) -> Unknown:
    if name.startswith("provider::"):
        return Unknown(f"{name} is a function of a provider")
    raise EvaluationError(f"there is no function {name}")


def _arguments(node: Call, scope: Scope, evaluate: Evaluate) -> list[Value] | Unknown:
    """Evaluate the arguments; unknown where not even their number is known."""
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if not node.spread:
        return arguments
    last = arguments.pop()
    sensitive = isinstance(last, Sensitive)
    last = last.value if sensitive else last
    if isinstance(last, Unknown):
        return last
    if not isinstance(last, tuple):
        raise EvaluationError("only a list can be expanded into arguments")
    return [*arguments, *(marked(item, sensitive=sensitive) for item in last)]


def apply(function: Function, arguments: list[Value], scope: Scope) -> Value:
    """Convert the arguments and call; what is unknown or sensitive in them is so in the result."""
    if len(arguments) < function.least or (function.rest is None and len(arguments) > len(function.takes)):
        raise EvaluationError(f"it takes {len(function.takes)} arguments, not {len(arguments)}")
    if function.raw:
        for argument in arguments:
            weigh(argument)
        return bounded(function.call(*arguments))
    sensitive = False
    given: list[Value] = []
    for at, argument in enumerate(arguments):
        weigh(argument)
        value, hidden = _revealed(argument) if function.shallow else reveal(argument)
        sensitive = sensitive or hidden
        if value is None and not function.nulls:
            raise EvaluationError("an argument is null")
        given.append(convert(value, function.takes[at] if at < len(function.takes) else function.rest or function.takes[-1]))
    unknown = (
        next((value for value in given if isinstance(value, Unknown | Lazy)), None) if function.shallow else first_unknown(tuple(given))
    )
    if unknown is not None:
        cause = unknown.unknown() if isinstance(unknown, Lazy) else unknown
        partly = _woven if function.woven else _gathered if function.gathers else _unknown_result
        return marked(partly(function, given, cause), sensitive=sensitive)
    result = function.call(scope, *given) if function.scoped else function.call(*given)
    return marked(bounded(result), sensitive=sensitive)


def _unknown_result(function: Function, _: list[Value], cause: Unknown) -> Unknown:
    return Unknown(cause.cause, cause.origin, kind=function.returns, not_null=function.returns is not None)


def _woven(function: Function, given: list[Value], cause: Unknown) -> Unknown:
    """Return a text that is known as far as its parts are, or not at all where it cannot be made without them."""
    try:
        return unknown_text(cause, bounded(function.call(*map(_with_gaps, given))))
    except EvaluationError:
        return _unknown_result(function, given, cause)


def _gathered(function: Function, given: list[Value], cause: Unknown) -> Unknown:
    """Return a list that is not known with the items that it surely has, and an unknown for those of each list that is not."""
    items: list[Any] = []
    for one in given:
        told = one.unknown() if isinstance(one, Lazy) else one
        if isinstance(told, Unknown):
            items += told.partial if isinstance(told.partial, list) else [Unknown(told.cause, told.origin, kind="items")]
        elif isinstance(told, tuple) and not isinstance(told, Set):
            items += plain(told)
        else:
            return _unknown_result(function, given, cause)
    return Unknown(cause.cause, cause.origin, partial=items)


def _with_gaps(value: Value) -> Value:
    """Put the mark of a gap for each text that is not known."""
    if isinstance(value, Unknown):
        return value.partial if isinstance(value.partial, str) else UNKNOWN_TEXT
    return like(value, [_with_gaps(item) for item in value]) if isinstance(value, tuple) else value


def _revealed(value: Value) -> tuple[Value, bool]:
    return (value.value, True) if isinstance(value, Sensitive) else (value, False)


def _try(node: Call, scope: Scope, evaluate: Evaluate) -> Value:
    """Return the first argument that can be evaluated.

    One that is partly unknown might still fail, so it is unknown as a whole, unless it is a mere reference: that cannot fail later.
    """
    reasons = []
    for argument in node.arguments:
        try:
            value = evaluate(argument, scope)
        except EvaluationError as error:
            reasons.append(str(error))
            continue
        unknown = None if _is_reference(argument) else first_unknown(value)
        return value if unknown is None or value is unknown else Unknown(unknown.cause, unknown.origin)
    raise EvaluationError(f"no argument of try can be evaluated: {'; '.join(reasons)}")


def _can(node: Call, scope: Scope, evaluate: Evaluate) -> Value:
    """Tell whether the argument can be evaluated; unknown where it may yet fail."""
    if len(node.arguments) != 1:
        raise EvaluationError("can takes one argument")
    try:
        value = evaluate(node.arguments[0], scope)
    except EvaluationError:
        return False
    unknown = first_unknown(value)
    return True if unknown is None else Unknown(unknown.cause, unknown.origin, kind="bool", not_null=True)


def _is_reference(node: Expression) -> bool:
    while isinstance(node, Get | Index | Splat):
        node = node.of
    return isinstance(node, Root)
