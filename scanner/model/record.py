"""Named tuples that start fast: what ``typing.NamedTuple`` gives, without evaluating every annotation as it is declared.

Every scan pays for every noun that it imports. With postponed annotations the standard class compiles each of them as an expression,
three quarters of what declaring a noun costs; nothing here reads them at run time. Type checkers see the standard class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

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
            defaults = tuple(body.pop(field) for field in fields if field in body)
            listed = ", ".join(fields)
            new = eval(f"lambda _cls, {listed}: _new(_cls, ({listed},))", {"_new": tuple.__new__})  # noqa: S307 - names of fields
            new.__defaults__ = defaults
            body |= {field: _tuplegetter(place, "") for place, field in enumerate(fields)}
            shared = {"__slots__": (), "__new__": new, "_fields": fields, "__match_args__": fields}
            shared["_field_defaults"] = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True))
            return type(name, (_Record,), {**body, **shared})

    NamedTuple = type.__new__(_Declaration, "NamedTuple", (), {})
