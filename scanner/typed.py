"""The words of type annotations, free at run time: importing ``typing`` and ``collections`` costs a tenth of scanning one file.

Type checkers see the standard ones. At run time each is only what its place in a declaration asks for, and the abstract collections
come from where the interpreter keeps them.
"""

from __future__ import annotations

from _collections_abc import (
    Callable,
    Collection,
    Generator,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    Sequence,
)

__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Callable",
    "Collection",
    "Generator",
    "Hashable",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "NoReturn",
    "Protocol",
    "Self",
    "Sequence",
    "TextIO",
    "TypeAlias",
    "TypeVar",
]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Literal, NoReturn, Protocol, Self, TextIO, TypeAlias, TypeVar
else:

    class Literal:
        """Takes the values that are allowed, and forgets them."""

        def __class_getitem__(cls, values):
            return cls

    class Protocol:
        """What a value has to offer."""

    class TypeVar:
        """Takes its name and its bound, and forgets them."""

        def __init__(self, name, *, bound=None):
            pass

        def __or__(self, other):
            return self

        __ror__ = __or__

    Any = NoReturn = Self = TextIO = TypeAlias = object
