"""Named tuples that start fast: what ``typing.NamedTuple`` gives, without evaluating every annotation as it is declared.

Every scan pays for every noun that it imports. With postponed annotations the standard class compiles each of them as an expression,
three quarters of what declaring a noun costs; nothing here reads them at run time. Type checkers see the standard class.
"""

from __future__ import annotations

from scanner.typed import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter
    from types import FunctionType

    _NAMES = {"_new": tuple.__new__}
    _CODES = {}

    def _constructor(fields, defaults):
        """Return ``__new__``: code is compiled once for a number of fields, and given their names."""
        count = len(fields)
        if count not in _CODES:
            listed = ", ".join(f"_{place}" for place in range(count))
            _CODES[count] = eval(f"lambda _cls, {listed}: _new(_cls, ({listed},))").__code__  # noqa: S307 - nothing but numbers
        return FunctionType(_CODES[count].replace(co_varnames=("_cls", *fields)), _NAMES, "__new__", defaults)

    class _Record(tuple):
        """What all named tuples can do, as ``collections.namedtuple`` documents it."""

        __slots__ = ()

        @classmethod
        def _make(cls, iterable):
            made = tuple.__new__(cls, iterable)
            if len(made) != len(cls._fields):
                raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"unexpected field names: {list(changes)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            values = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({values})"

        def __getnewargs__(self):
            return tuple(self)

    class _Declaration(type):
        """Makes the class from its annotated fields."""

        def __new__(cls, name, bases, body):  # noqa: ARG004 - the bases are ours
            fields = tuple(body["__annotations__"])
            defaults = tuple([body.pop(field) for field in fields if field in body])
            body["__slots__"], body["__new__"] = (), _constructor(fields, defaults)
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True))
            for place, field in enumerate(fields):
                body[field] = _tuplegetter(place, "")
            return type(name, (_Record,), body)

    NamedTuple = type.__new__(_Declaration, "NamedTuple", (), {})
