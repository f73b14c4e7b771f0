"""How a built-in function is described: its parameters, its result, and what it makes of unknown and sensitive arguments."""

from __future__ import annotations

from scanner.formats.terraform.types import ANY, BOOL, NUMBER, STRING, Type
from scanner.formats.terraform.values import Value
from scanner.model.record import NamedTuple
from scanner.typed import Callable

LIST, SET, MAP = Type("list", ANY), Type("set", ANY), Type("map", ANY)
STRINGS, NUMBERS, BOOLS = Type("list", STRING), Type("list", NUMBER), Type("list", BOOL)
_TYPES = {
    "string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY, "list": LIST, "set": SET, "map": MAP,
    "strings": STRINGS, "numbers": NUMBERS, "bools": BOOLS, "lists": Type("map", STRINGS),
}  # fmt: skip


class Function(NamedTuple):
    """``rest`` is the type of further arguments, ``nulls`` allows null ones, ``least`` counts the arguments that must be there.

    A function that is ``shallow`` gets unknown and sensitive values inside its arguments; one that is ``raw`` gets every argument as it
    is; one that is ``scoped`` gets the scope first. Any other is called only with what is wholly known. What is ``woven`` holds its texts
    as they are: where some are not known, the rest is. What ``gathers`` holds the items of its lists: of an unknown list, some.
    """

    call: Callable[..., Value]
    takes: tuple[Type, ...]
    returns: str | None
    rest: Type | None = None
    nulls: bool = False
    shallow: bool = False
    raw: bool = False
    scoped: bool = False
    least: int = 0
    woven: bool = False
    gathers: bool = False


def function(
    call: Callable[..., Value],
    signature: str,
    *,
    nulls: bool = False,
    shallow: bool = False,
    raw: bool = False,
    scoped: bool = False,
    woven: bool = False,
) -> Function:
    """Describe a function by its signature: ``string number... -> list``. Three dots: any number; a question mark: may be left out."""
    parameters, _, returns = signature.partition("->")
    words = parameters.split()
    rest = next((_TYPES[word[:-3]] for word in words if word.endswith("...")), None)
    fixed = [word for word in words if not word.endswith("...")]
    takes = tuple(_TYPES[word.rstrip("?")] for word in fixed)
    least = sum(not word.endswith("?") for word in fixed)
    return Function(call, takes, returns.strip() or None, rest, nulls, shallow, raw, scoped, least, woven)
