"""What HCL text means, without its spelling: expressions, attributes, blocks, each with the range of text it was read from.

``start`` and ``end`` are offsets in code points into the file's text; ``Source`` turns them into lines and columns.
Reference: https://github.com/hashicorp/hcl/blob/v2.23.0/hclsyntax/spec.md
"""

from __future__ import annotations

from types import MappingProxyType

from scanner.model.record import NamedTuple
from scanner.syntax.text import Source
from scanner.typed import Literal as OneOf
from scanner.typed import Mapping, TypeAlias


class Literal(NamedTuple):
    """A string, number (int, or Decimal where it has a fraction), bool or null."""

    value: object
    start: int
    end: int


class Template(NamedTuple):
    """A string with interpolations. A single part that is no text keeps its type (``wraps``)."""

    parts: tuple[Expression, ...]
    wraps: bool
    start: int
    end: int


class Joined(NamedTuple):
    """A ``%{ for }`` directive: the texts of a tuple, one after the other."""

    each: For
    start: int
    end: int


class Root(NamedTuple):
    """A name at the beginning of a reference: ``var``, ``local``, ``each``, a resource type, a for variable."""

    name: str
    start: int
    end: int


class Get(NamedTuple):
    """``of.name``."""

    of: Expression
    name: str
    start: int
    end: int


class Index(NamedTuple):
    """``of[key]``, or ``of.0``."""

    of: Expression
    key: Expression
    start: int
    end: int


class Splat(NamedTuple):
    """``of[*].rest`` or ``of.*.rest``: ``rest`` is an expression over the item, which stands there as :class:`Item`."""

    of: Expression
    rest: Expression
    start: int
    end: int


class Item(NamedTuple):
    """The item that a splat looks at."""

    start: int
    end: int


class Operation(NamedTuple):
    """One or two operands and the operator between or before them."""

    operator: str
    operands: tuple[Expression, ...]
    start: int
    end: int


class Conditional(NamedTuple):
    """``condition ? yes : no``."""

    condition: Expression
    yes: Expression
    no: Expression
    start: int
    end: int


class Tuple(NamedTuple):
    """``[a, b]``."""

    items: tuple[Expression, ...]
    start: int
    end: int


class Object(NamedTuple):
    """``{a = b}``; a key that is a bare word is a literal."""

    items: tuple[tuple[Expression, Expression], ...]
    start: int
    end: int


class Call(NamedTuple):
    """``name(arguments...)``; ``spread`` where the last argument is expanded."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool
    start: int
    end: int


class For(NamedTuple):
    """``[for key, value in over : result if condition]``; with ``result_key`` an object, grouped by ``...``."""

    key: str | None
    value: str
    over: Expression
    result_key: Expression | None
    result: Expression
    group: bool
    condition: Expression | None
    start: int
    end: int


Expression: TypeAlias = (
    Literal | Template | Joined | Root | Get | Index | Splat | Item | Operation | Conditional | Tuple | Object | Call | For
)


class Attribute(NamedTuple):
    """``name = value``; ``start`` and ``key_end`` enclose the name."""

    name: str
    value: Expression
    start: int
    key_end: int

    @property
    def end(self) -> int:
        """Where the value ends."""
        return self.value.end


class Block(NamedTuple):
    """``type "label" { … }``; ``start`` to ``key_end`` is the header without the brace, ``end`` is behind the closing brace."""

    type: str
    labels: tuple[str, ...]
    body: Body
    start: int
    key_end: int
    end: int


class Body(NamedTuple):
    """What stands between braces, or in a file. Of an attribute that is written twice the last is kept.

    ``elsewhere`` names the files of attributes that an override file has put here. ``broken`` says, with the place, why there may be
    more than was read; None where all was.
    """

    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]
    source: Source
    elsewhere: Mapping[str, Source] = MappingProxyType({})
    broken: str | None = None

    def source_of(self, name: str) -> Source:
        """Return the file that an attribute stands in."""
        return self.elsewhere.get(name, self.source)


class Mistake(NamedTuple):
    """A place that is no HCL, in words."""

    message: str
    offset: int
    kind: OneOf["unparsable", "duplicate-key"] = "unparsable"
