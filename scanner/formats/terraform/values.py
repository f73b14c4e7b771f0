"""Terraform's values, as plain as Python has them.

=============  ==============================================================
string, bool   ``str``, ``bool``
number         ``int`` or ``Decimal`` (see ``numbers``)
null           ``None``
tuple, object  ``tuple``, ``dict``: what brackets and braces make
list(T), …     ``List``, ``Set``, ``Map``: a tuple or dict that knows the type of its elements
unknown        ``Unknown``, with the cause; ``kind`` is the kind of its type
sensitive      ``Sensitive`` around any of them
lazy           ``Lazy``: a namespace or an object that is evaluated when it is looked into
=============  ==============================================================
"""

from __future__ import annotations

from scanner.model.sensitive import Hidden
from scanner.model.unknown import Unknown
from scanner.typed import Any

Value = Any
"""One of the above. A union of them would be true but would make every function that looks inside assert its way."""


class EvaluationError(Exception):
    """Terraform would refuse this expression; the words say why."""


class List(tuple[Value, ...]):
    """A list(T)."""

    element: Any


class Set(tuple[Value, ...]):
    """A set(T): sorted, without doubles."""

    element: Any


class Map(dict[str, Value]):
    """A map(T), sorted by key."""

    __slots__ = ("element",)
    element: Any


class Sensitive:
    """A value that must not be shown."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


class Lazy:
    """Something that is evaluated when it is looked into. A class, because every reference asks whether a value is one."""

    __slots__ = ()

    def get(self, key: Value) -> Value:
        """Return what is under an attribute name or index key, lazy again or a value; raise EvaluationError."""
        raise NotImplementedError

    def force(self) -> Value:
        """Return the whole as a value: itself where it is an object of which only the configured part is known."""
        return self

    def unknown(self) -> Unknown:
        """Return the unknown that stands for the whole."""
        raise NotImplementedError


def forced(value: Value) -> Value:
    """Return a value that is not lazier than it must be."""
    return value.force() if isinstance(value, Lazy) else value


def reveal(value: Value) -> tuple[Value, bool]:
    """Return a value without any sensitive mark inside, and whether there was one."""
    if isinstance(value, Sensitive):
        return reveal(value.value)[0], True
    if not isinstance(value, tuple | dict) or not _is_marked(value):
        return value, False
    return _revealed(value), True


def _is_marked(value: Value) -> bool:
    if isinstance(value, Sensitive):
        return True
    if isinstance(value, dict):
        return any(_is_marked(item) for item in value.values())
    return isinstance(value, tuple) and any(_is_marked(item) for item in value)


def _revealed(value: Value) -> Value:
    if isinstance(value, Sensitive):
        return _revealed(value.value)
    if isinstance(value, dict):
        return like(value, {key: _revealed(item) for key, item in value.items()})
    return like(value, [_revealed(item) for item in value]) if isinstance(value, tuple) else value


def like(pattern: Value, items: Any) -> Value:
    """Return a collection of the pattern's type with other items."""
    result = type(pattern)(items)
    if isinstance(pattern, List | Set | Map):
        result.element = pattern.element
    return result


def marked(value: Value, *, sensitive: bool) -> Value:
    """Put the sensitive mark around a value, or leave it."""
    return Sensitive(value) if sensitive and not isinstance(value, Sensitive) else value


def first_unknown(value: Value) -> Unknown | None:
    """Return the first unknown inside a value."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Sensitive):
        return first_unknown(value.value)
    if isinstance(value, Lazy):
        return value.unknown()
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    for item in items:
        found = first_unknown(item)
        if found is not None:
            return found
    return None


def unknown_like(cause: Unknown, kind: str | None = None, *, not_null: bool = True) -> Unknown:
    """Return an unknown of another kind that began where ``cause`` did."""
    if cause.kind == kind and cause.not_null == not_null:
        return cause
    same = kind == "string" and cause.kind in {None, "string"}
    among, partial = (cause.among, cause.partial) if same else ((), None)
    return Unknown(cause.cause, cause.origin, not_null=not_null, kind=kind, among=among, partial=partial)


def unknown_text(cause: Unknown, partial: Any) -> Unknown:
    """Return the unknown for a text of which a part is known."""
    return Unknown(cause.cause, cause.origin, not_null=True, kind="string", partial=partial)


def plain(value: Value) -> Any:
    """Return a value as plain data; a sensitive string is one that hides itself when it is printed."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Sensitive):
        return _hidden(plain(value.value))
    if isinstance(value, Unknown) and isinstance(value.partial, list) and value.kind != "string":
        return value.partial  # of a list some items are known
    return value.unknown() if isinstance(value, Lazy) else value


def _hidden(data: Any) -> Any:
    if isinstance(data, str):
        return Hidden(data)
    if isinstance(data, dict):
        return {key: _hidden(item) for key, item in data.items()}
    return [_hidden(item) for item in data] if isinstance(data, list) else data
